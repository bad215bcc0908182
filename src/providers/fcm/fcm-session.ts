import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { SharedAccess } from './fcm-access.ts'
import { type FcmHttp, outcomeOfFault } from './fcm-http.ts'
import { isOurTokenRefused, outcomeOf } from './fcm-outcome.ts'

/** Calls FCM with the token that all calls share. */
export interface FcmSession {
  /** Does not throw. */
  post(body: string, signal: AbortSignal): Promise<SendOutcome>
}

export interface FcmSessionParts {
  readonly path: string
  readonly http: FcmHttp
  readonly access: SharedAccess
  readonly now: () => number
}

export function createFcmSession({ path, http, access, now }: FcmSessionParts): FcmSession {
  const call = (token: string, body: string, signal: AbortSignal) =>
    http.post(
      { path, contentType: 'application/json', authorization: `Bearer ${token}`, body },
      signal,
    )

  async function post(body: string, signal: AbortSignal): Promise<SendOutcome> {
    const first = await access.current()
    if (first.kind !== 'granted') return first
    const answer = await call(first.token, body, signal)
    if (!isOurTokenRefused(answer)) return outcomeOf(answer, now())
    const second = await access.insteadOf(first.token)
    if (second.kind !== 'granted') return second
    return outcomeOf(await call(second.token, body, signal), now())
  }

  return { post: (body, signal) => post(body, signal).catch(outcomeOfFault) }
}
