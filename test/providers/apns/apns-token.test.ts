import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import { type ApnsWorld, DEVICE, openApnsWorld } from '../../support/apns-world.ts'

const MINUTE_MS = 60_000

let world: ApnsWorld
beforeEach(async () => {
  world = await openApnsWorld({ voip: true })
})
afterEach(() => world.close())

describe('the provider token', () => {
  it('is one that Apple takes, and the same until it is 50 minutes old', async () => {
    await sendAfter(0)
    await sendAfter(49 * MINUTE_MS)
    await sendAfter(MINUTE_MS)

    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
    const [first, second, third] = tokensSeen()
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('is renewed after a night without work', async () => {
    await sendAfter(0)
    await sendAfter(9 * 60 * MINUTE_MS)

    expect(outcomes.at(-1)).toMatchObject({ kind: 'accepted' })
    expect(new Set(tokensSeen()).size).toBe(2)
  })

  it('is shared by all names of a key', async () => {
    for (const provider of world.providers.values()) {
      await provider.send(aMessage({ token: DEVICE }), signal)
    }

    expect(tokensSeen()).toHaveLength(4)
    expect(new Set(tokensSeen()).size).toBe(1)
  })

  it('is renewed at once and tried again where Apple finds it too old', async () => {
    await sendAfter(0)
    world.nowMs += 30 * MINUTE_MS
    const [old] = tokensSeen()
    refuseAsExpired((token) => token === old)

    await sendAfter(0)

    expect(outcomes.at(-1)).toMatchObject({ kind: 'accepted' })
    expect(tokensSeen()).toEqual([old, old, expect.not.stringMatching(`^${old}$`)])
  })

  it('is renewed once for all who are told at the same time that it is too old', async () => {
    await sendAfter(0)
    world.nowMs += 30 * MINUTE_MS
    const [old] = tokensSeen()
    refuseAsExpired((token) => token === old)

    await Promise.all(Array.from({ length: 20 }, () => sendAfter(0)))

    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']))
    expect(new Set(tokensSeen()).size).toBe(2)
  })

  it('is not renewed more often than Apple allows: then it is our clock', async () => {
    refuseAsExpired(() => true)

    await sendAfter(0)
    await sendAfter(19 * MINUTE_MS)

    expect(outcomes).toEqual([
      expect.objectContaining({ kind: 'misconfigured' }),
      expect.objectContaining({ kind: 'misconfigured' }),
    ])
    expect(new Set(tokensSeen()).size).toBe(1)
    expect(outcomes[0]).toMatchObject({ reason: expect.stringContaining('clock') })
  })

  it('is tried again no more than once', async () => {
    await sendAfter(0)
    refuseAsExpired(() => true)

    await sendAfter(30 * MINUTE_MS)

    expect(outcomes.at(-1)).toMatchObject({ kind: 'misconfigured' })
    expect(tokensSeen()).toHaveLength(3)
  })

  it('is renewed where the clock was set back far', async () => {
    await sendAfter(0)
    await sendAfter(-2 * 60 * MINUTE_MS)

    expect(new Set(tokensSeen()).size).toBe(2)
  })
})

const { signal } = new AbortController()
let outcomes: SendOutcome[] = []
beforeEach(() => {
  outcomes = []
})

async function sendAfter(ms: number): Promise<void> {
  world.nowMs += ms
  outcomes.push(await world.alerts.send(aMessage({ token: DEVICE }), signal))
}

function tokensSeen(): readonly string[] {
  return world.peer.received.map(({ headers }) => String(headers.authorization))
}

function refuseAsExpired(isOld: (token: string) => boolean): void {
  const refusal = { status: 403, body: '{"reason":"ExpiredProviderToken"}' }
  world.peer.answers(({ headers }) => (isOld(String(headers.authorization)) ? refusal : 'rules'))
}
