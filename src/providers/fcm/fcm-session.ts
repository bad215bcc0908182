import type { SharedAccess } from './fcm-access.ts'
import type { FcmHttp, HttpAnswer } from './fcm-http.ts'
import { isOurTokenRefused } from './fcm-outcome.ts'

/** Calls FCM with the token that all calls share. */
export interface FcmSession {
  /** An outcome where there is no token to call with. Throws where there is no whole answer. */
  post(body: string, signal: AbortSignal): Promise<FcmReply>
}

export type FcmReply =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  | Exclude<Awaited<ReturnType<SharedAccess['current']>>, { kind: 'granted' }>

export interface FcmSessionParts {
  readonly path: string
  readonly http: FcmHttp
  readonly access: SharedAccess
}

export function createFcmSession({ path, http, access }: FcmSessionParts): FcmSession {
  const call = async (token: string, body: string, signal: AbortSignal) =>
    await http.post(
      { path, contentType: 'application/json', authorization: `Bearer ${token}`, body },
      signal,
    )
  return {
    async post(body, signal) {
      const first = await access.current()
      if (first.kind !== 'granted') return first
      const answer = await call(first.token, body, signal)
      if (!isOurTokenRefused(answer)) return { kind: 'answered', answer }
      const second = await access.insteadOf(first.token)
      if (second.kind !== 'granted') return second
      return { kind: 'answered', answer: await call(second.token, body, signal) }
    },
  }
}
