import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { ProviderCheck } from '../../core/ports/provider.ts'
import { wordsOf } from './fcm-http.ts'
import { outcomeOf } from './fcm-outcome.ts'
import type { FcmSession } from './fcm-session.ts'

export interface FcmCheckParts {
  readonly session: FcmSession
  readonly projectId: string
  readonly now: () => number
}

/** Nobody's. FCM looks at it only after it has looked at us. */
const MADE_UP_TOKEN = 'herald-provider-check'

/** Has FCM validate a message, which it does not send, to a token that nobody has. */
export async function checkFcm(parts: FcmCheckParts, signal: AbortSignal): Promise<ProviderCheck> {
  const { session, projectId, now } = parts
  const message = { token: MADE_UP_TOKEN, data: { check: 'herald' } }
  try {
    const reply = await session.post(JSON.stringify({ validate_only: true, message }), signal)
    const outcome = reply.kind === 'answered' ? outcomeOf(reply.answer, now()) : reply
    return judge(outcome, projectId)
  } catch (error) {
    return { kind: 'unproven', why: `FCM can't be reached: ${wordsOf(error)}` }
  }
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
