import type { BrokerAccess } from '../../core/ports/provisioning.ts'
import { createConfigurationApi } from './configuration-api.ts'

/** Publishes by the broker's API, which asks nobody. Returns what the broker says where it does not. */
export async function publishProbe(
  access: BrokerAccess,
  topic: string,
): Promise<string | undefined> {
  const body = { topic, payload: '{"silent":true}', qos: 1, retain: false }
  const { status } = await createConfigurationApi(access).call('POST', '/publish', body)
  // 202: nobody is subscribed, but rules have seen it.
  return status === 200 || status === 202 ? undefined : `status ${status}`
}
