import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { aServiceAccount, type FcmWorld, openFcmWorld } from '../../support/fcm-world.ts'

let world: FcmWorld

beforeEach(async () => {
  world = await openFcmWorld()
})
afterEach(async () => await world.close())

const send = () => world.provider.send(aMessage(), new AbortController().signal)
const tokensUsed = () => world.peer.calls.map(({ authorization }) => authorization.slice(-1))

describe('with the access token', () => {
  it('all that wait for it are sent', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, send))

    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true)
    expect(world.peer.tokenCalls()).toBe(1)
  })

  it('that has ended nothing is sent: a new one is fetched first', async () => {
    await send()
    world.advance(3_600_000)

    expect(await send()).toMatchObject({ kind: 'accepted' })
    expect(tokensUsed()).toEqual(['1', '2'])
  })

  it('that is refused before its time it is tried once more with a new one', async () => {
    await send()
    world.tokens.revoke()

    expect(await send()).toMatchObject({ kind: 'accepted' })
    expect(tokensUsed()).toEqual(['1', '1', '2'])
  })

  it('that is refused again nothing is tried any more', async () => {
    await send()
    world.peer.always({ status: 401, body: '' })

    expect(await send()).toEqual({ kind: 'misconfigured', reason: 'HTTP 401' })
    expect(tokensUsed()).toEqual(['1', '1', '2'])
  })

  it('that APNs has not refused, but its own key, no other is fetched', async () => {
    const type = 'type.googleapis.com/google.firebase.fcm.v1.FcmError'
    const details = [{ '@type': type, errorCode: 'THIRD_PARTY_AUTH_ERROR' }]
    world.peer.script({ status: 401, body: { error: { code: 401, details } } })

    expect(await send()).toMatchObject({ kind: 'unavailable' })
    expect(tokensUsed()).toEqual(['1'])
  })
})

describe('a token endpoint', () => {
  it.each([
    ['that is busy', { status: 503, body: '' }, { kind: 'unavailable' }],
    [
      'that says when',
      { status: 429, body: '', headers: { 'retry-after': '7' } },
      { kind: 'unavailable', retryAfterMs: 7_000 },
    ],
    ['that resets', 'reset', { kind: 'unavailable' }],
    ['that answers half', 'half', { kind: 'unavailable' }],
    ['that gives no token', { status: 200, body: {} }, { kind: 'unavailable' }],
    [
      'that does not know the account',
      { status: 400, body: { error: 'invalid_grant', error_description: 'account not found' } },
      { kind: 'misconfigured', reason: 'no access token: invalid_grant, account not found' },
    ],
  ] as const)(
    '%s is an outcome of the delivery, and is asked again',
    async (_, script, expected) => {
      world.peer.scriptTokens(script)

      expect(await send()).toMatchObject({
        reason: expect.stringMatching('no access token'),
        ...expected,
      })
      expect(await send()).toMatchObject({ kind: 'accepted' })
      expect(world.peer.calls).toHaveLength(1)
    },
  )
})

describe('a service account', () => {
  it('whose key is not the one that Google knows is told so', async () => {
    await world.close()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
    world = await openFcmWorld({ serviceAccount: aServiceAccount({ private_key: pem }) })

    expect(await send()).toEqual({
      kind: 'misconfigured',
      reason: expect.stringMatching(/^no access token: invalid_grant, .*signature/i),
    })
  })
})
