import type { BrokerSetup } from '../../core/doctor/broker-setup.ts'
import type { Looked } from '../../core/doctor/examination.ts'
import type { BrokerAccess } from '../../core/ports/provisioning.ts'
import { ConfigurationFailure, readConfiguration } from './broker-configuration.ts'
import { BrokerUnreachable, createConfigurationApi } from './configuration-api.ts'
import { readSetup } from './read-setup.ts'

/** Asks a broker for all that Herald depends on; what goes wrong on the way is part of the answer. */
export async function examineBroker(access: BrokerAccess): Promise<Looked<BrokerSetup>> {
  const api = createConfigurationApi(access)
  try {
    const reading = await readConfiguration(api, Date.now)
    switch (reading.kind) {
      case 'read':
        return { kind: 'seen', value: await readSetup(api, reading.configuration) }
      case 'refused':
        return failed(
          `The broker's management API at ${access.url} does not let us in (${reading.reason}).`,
          'Set HERALD_EMQX_API_KEY and HERALD_EMQX_API_SECRET to a key that the broker has.',
        )
      case 'unsupported':
        return {
          kind: 'skipped',
          why: `EMQX ${reading.version} does not tell its settings: compare its files with "herald emqx render --version 4.4"`,
        }
    }
  } catch (error) {
    if (error instanceof BrokerUnreachable) {
      return failed(
        `The broker's management API at ${access.url} can't be reached (${error.message}).`,
        'Correct HERALD_EMQX_API_URL, or start the broker.',
      )
    }
    if (!(error instanceof ConfigurationFailure)) throw error
    return failed(`The broker did not answer (${error.message}).`, 'Look at its log.')
  }
}

function failed(problem: string, remedy: string): Looked<never> {
  return { kind: 'failed', problem, remedy }
}
