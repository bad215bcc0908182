import type { FaultOutcome } from './fcm-http.ts'

export interface AccessToken {
  readonly kind: 'granted'
  readonly token: string
  readonly lifeMs: number
}

/** A token, or what its refusal means for whatever was to be sent with it. */
export type AccessAnswer = AccessToken | FaultOutcome

/** Does not throw. */
export type FetchAccess = () => Promise<AccessAnswer>

/** The token that all calls share. */
export interface SharedAccess {
  current(): Promise<AccessAnswer>
  /** Another one than `refused`, which Google did not take although its time had not come. */
  insteadOf(refused: string): Promise<AccessAnswer>
}

/** Before its end, a token is renewed while it is still used, so that nobody waits for the next one. */
const RENEW_BEFORE_MS = 5 * 60_000
/** One that ends on the way is refused. */
const MARGIN_MS = 10_000
const RENEW_AGAIN_MS = 10_000

interface HeldToken {
  readonly granted: AccessToken
  readonly endsAt: number
  readonly renewAt: number
}

export function createSharedAccess(fetchAccess: FetchAccess, now: () => number): SharedAccess {
  let held: HeldToken | undefined
  let underWay: Promise<AccessAnswer> | undefined

  function renew(): Promise<AccessAnswer> {
    underWay ??= fetchAndHold().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function fetchAndHold(): Promise<AccessAnswer> {
    const askedAt = now()
    const answer = await fetchAccess()
    if (answer.kind === 'granted') held = hold(answer, askedAt)
    else if (held !== undefined) held = { ...held, renewAt: now() + RENEW_AGAIN_MS }
    return answer
  }

  async function current(): Promise<AccessAnswer> {
    if (held === undefined || now() >= held.endsAt) return await renew()
    if (now() >= held.renewAt) void renew()
    return held.granted
  }

  return {
    current,
    async insteadOf(refused) {
      if (held?.granted.token === refused) held = undefined
      return await current()
    },
  }
}

function hold(granted: AccessToken, askedAt: number): HeldToken {
  const { lifeMs } = granted
  return {
    granted,
    endsAt: askedAt + lifeMs - MARGIN_MS,
    renewAt: askedAt + Math.max(lifeMs / 2, lifeMs - RENEW_BEFORE_MS),
  }
}
