import { describe, expect, it } from 'vitest'
import { type AccessAnswer, createSharedAccess } from '../../../src/providers/fcm/fcm-access.ts'

const MINUTE = 60_000
const DOWN = { kind: 'unavailable', reason: 'down' } as const

/** Tokens `1`, `2` …, of an hour each, handed out when the test says so. */
function openAccess() {
  let nowMs = 1_000_000
  const asked: ((answer: AccessAnswer) => void)[] = []
  const access = createSharedAccess(
    () => new Promise((resolve) => asked.push(resolve)),
    () => nowMs,
  )
  return {
    access,
    asked: () => asked.length,
    advance(ms: number) {
      nowMs += ms
    },
    grant: () => asked.at(-1)?.({ kind: 'granted', token: `${asked.length}`, lifeMs: 60 * MINUTE }),
    refuse: () => asked.at(-1)?.(DOWN),
  }
}

async function openGranted() {
  const world = openAccess()
  const first = world.access.current()
  world.grant()
  await first
  return world
}

describe('an access token', () => {
  it('is asked for once, however many wait for it', async () => {
    const { access, asked, grant } = openAccess()

    const all = Promise.all([access.current(), access.current(), access.current()])
    grant()

    expect(await all).toMatchObject([{ token: '1' }, { token: '1' }, { token: '1' }])
    expect(asked()).toBe(1)
  })

  it('is used until it is time for the next one', async () => {
    const { access, asked, advance } = await openGranted()
    advance(54 * MINUTE)

    expect(await access.current()).toMatchObject({ token: '1' })
    expect(asked()).toBe(1)
  })

  it('is still used while the next one is fetched', async () => {
    const { access, asked, advance, grant } = await openGranted()
    advance(56 * MINUTE)

    const meanwhile = await Promise.all([access.current(), access.current()])
    expect(meanwhile).toMatchObject([{ token: '1' }, { token: '1' }])
    expect(asked()).toBe(2)

    // Whoever refuses the first one is given what is under way.
    const next = access.insteadOf('1')
    grant()
    expect(await next).toMatchObject({ token: '2' })
    expect(await access.current()).toMatchObject({ token: '2' })
    expect(asked()).toBe(2)
  })

  it('is still used where the next one is not given, and asked for again after a while', async () => {
    const { access, asked, advance, refuse } = await openGranted()
    advance(56 * MINUTE)
    await access.current()
    refuse()
    await new Promise(setImmediate)

    expect(await access.current()).toMatchObject({ token: '1' })
    expect(asked()).toBe(2)

    advance(10_000)
    expect(await access.current()).toMatchObject({ token: '1' })
    expect(asked()).toBe(3)
  })

  it('is waited for where the last one has ended', async () => {
    const { access, advance, grant } = await openGranted()
    advance(60 * MINUTE - 10_000)

    const next = access.current()
    grant()

    expect(await next).toMatchObject({ token: '2' })
  })

  it('is asked for again by the next caller where it was not given', async () => {
    const { access, grant, refuse } = openAccess()
    const first = access.current()
    refuse()
    expect(await first).toEqual(DOWN)

    const second = access.current()
    grant()

    expect(await second).toMatchObject({ token: '2' })
  })

  it('is replaced once, though many callers were refused', async () => {
    const { access, asked, grant } = await openGranted()

    const replaced = Promise.all([access.insteadOf('1'), access.insteadOf('1')])
    grant()

    expect(await replaced).toMatchObject([{ token: '2' }, { token: '2' }])
    expect(await access.insteadOf('1')).toMatchObject({ token: '2' })
    expect(asked()).toBe(2)
  })
})
