import type { ProviderCheck } from '../../core/ports/provider.ts'
import type { ApnsAnswer } from './apns-call.ts'
import { readRefusal } from './apns-outcome.ts'
import type { ApnsApp, ApnsPush } from './apns-payload.ts'
import type { ApnsKey } from './apns-settings.ts'

export interface CheckOptions {
  readonly app: ApnsApp
  readonly key: Pick<ApnsKey, 'keyId' | 'teamId'>
  post(push: ApnsPush): Promise<ApnsAnswer>
}

/**
 * Sends to a device that there is not. Apple looks at who we are first, so that it finds fault with the
 * device proves the key; nobody is notified.
 */
export async function checkApns({ app, key, post }: CheckOptions): Promise<ProviderCheck> {
  const answer = await post(pushToNobody(app))
  switch (answer.kind) {
    case 'lost':
      return { kind: 'unproven', why: `Apple can't be reached: ${answer.reason}` }
    case 'untrusted':
      return {
        kind: 'refused',
        problem: `whoever answers can't show to be Apple: ${answer.reason}`,
        remedy: 'reach Apple without a proxy that shows certificates of its own, or set ca',
      }
    case 'answered':
      return judge(answer.status, answer.body, `key ${key.keyId} of team ${key.teamId}`)
  }
}

function judge(status: number, body: string, key: string): ProviderCheck {
  if (status === 200) return { kind: 'proven', said: `Apple takes ${key}` }
  const { said, verdict } = readRefusal(status, body)
  switch (verdict.means) {
    case 'address-gone':
      return { kind: 'proven', said: `Apple takes ${key} (${said}, of a device that there is not)` }
    case 'misconfigured':
      return { kind: 'refused', problem: `Apple answers ${said} to ${key}`, remedy: verdict.remedy }
    case 'rejected':
    case 'unavailable':
      return { kind: 'unproven', why: `Apple answers ${said}` }
  }
}

function pushToNobody({ bundleId, isVoip }: ApnsApp): ApnsPush {
  const id = '00000000-0000-5000-8000-000000000000'
  const common = { deviceToken: '0'.repeat(64), id, expiration: '0', collapseId: 'herald-check' }
  const body = JSON.stringify({ aps: { 'content-available': 1 } })
  return isVoip
    ? { ...common, topic: `${bundleId}.voip`, pushType: 'voip', priority: '10', body }
    : { ...common, topic: bundleId, pushType: 'background', priority: '5', body }
}
