import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { ProviderCheck } from '../../core/ports/provider.ts'
import type { FcmSession } from './fcm-session.ts'

/** Nobody's. FCM looks at it only after it has looked at us. */
const MADE_UP_TOKEN = 'herald-provider-check'

/** Has FCM validate a message, which it does not send, to a token that nobody has. */
export async function checkFcm(
  session: FcmSession,
  projectId: string,
  signal: AbortSignal,
): Promise<ProviderCheck> {
  const message = { token: MADE_UP_TOKEN, data: { check: 'herald' } }
  const outcome = await session.post(JSON.stringify({ validate_only: true, message }), signal)
  return judge(outcome, projectId)
}

function judge(outcome: SendOutcome, projectId: string): ProviderCheck {
  switch (outcome.kind) {
    case 'accepted':
    case 'address-gone':
      return { kind: 'proven', said: `FCM takes messages for the project ${projectId} from us` }
    case 'misconfigured':
      return {
        kind: 'refused',
        problem: `Google refuses us for the project ${projectId}: ${outcome.reason}`,
        remedy:
          'check projectId and serviceAccount, and that the project has the Firebase Cloud Messaging API (V1) enabled',
      }
    case 'rejected':
      return { kind: 'unproven', why: `FCM did not take the question: ${outcome.reason}` }
    case 'unavailable':
      return { kind: 'unproven', why: `FCM does not answer now: ${outcome.reason}` }
  }
}
