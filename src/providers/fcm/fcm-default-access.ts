import type { AccessAnswer, FetchAccess } from './fcm-access.ts'
import { wordsOf } from './fcm-http.ts'

/** It has no time limit of its own. */
const FETCH_MS = 5_000

/**
 * Google's application default credentials: the metadata server of its machines, workload identity, a
 * developer's login. firebase-admin knows them all; it is loaded here, by those who use it, since it
 * takes 25 MB.
 */
export async function openDefaultAccess(): Promise<FetchAccess> {
  const { applicationDefault } = await import('firebase-admin/app')
  const fetch = async (): Promise<AccessAnswer> => {
    try {
      const { access_token, expires_in } = await applicationDefault().getAccessToken()
      return { kind: 'granted', token: access_token, lifeMs: expires_in * 1_000 }
    } catch (error) {
      return answerTo(error)
    }
  }
  return () => withinTime(fetch())
}

function withinTime(answer: Promise<AccessAnswer>): Promise<AccessAnswer> {
  const { promise, resolve } = Promise.withResolvers<AccessAnswer>()
  const reason = `no access token within ${FETCH_MS} ms`
  const timer = setTimeout(resolve, FETCH_MS, { kind: 'unavailable', reason })
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}

/** An error of a call has the call's `config`; without one, there was nothing to call with. */
function answerTo(error: unknown): AccessAnswer {
  const fields = new Map<string, unknown>(Object.entries({ ...(error instanceof Error && error) }))
  const reason = `no access token: ${wordsOf(error)}`
  const status = fields.get('status')
  const isRefused = typeof status === 'number' && status >= 400 && status < 500 && status !== 429
  const isOurs = isRefused || !fields.has('config')
  return { kind: isOurs ? 'misconfigured' : 'unavailable', reason }
}
