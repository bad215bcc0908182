import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FcmWorld, openFcmWorld } from '../../support/fcm-world.ts'

let world: FcmWorld

beforeEach(async () => {
  world = await openFcmWorld()
})
afterEach(async () => await world.close())

const check = () => world.provider.check(new AbortController().signal)

describe('a check', () => {
  it('is proven by FCM that takes us, but not the token', async () => {
    const message = 'The registration token is not a valid FCM registration token'
    world.peer.script({
      status: 400,
      body: { error: { code: 400, status: 'INVALID_ARGUMENT', message } },
    })

    expect(await check()).toEqual({
      kind: 'proven',
      said: 'FCM takes messages for the project acme-chat from us',
    })
  })

  it('notifies nobody: FCM only validates, for a token that nobody has', async () => {
    await check()

    expect(world.peer.calls.map(({ body }) => body)).toEqual([
      {
        validate_only: true,
        message: { token: 'herald-provider-check', data: { check: 'herald' } },
      },
    ])
  })

  it.each([
    ['may not send for the project', 403, 'PERMISSION_DENIED'],
    ['is unknown', 401, 'UNAUTHENTICATED'],
    ['is of no project', 404, 'NOT_FOUND'],
  ])('is refused where the account %s', async (_, status, name) => {
    world.peer.always({ status, body: { error: { code: status, status: name, message: 'no' } } })

    expect(await check()).toEqual({
      kind: 'refused',
      problem: `Google refuses us for the project acme-chat: ${name}: no`,
      remedy: expect.stringMatching('projectId and serviceAccount'),
    })
  })

  it('is refused where Google gives no access token', async () => {
    world.peer.scriptTokens({ status: 400, body: { error: 'invalid_grant' } })

    expect(await check()).toMatchObject({
      kind: 'refused',
      problem: expect.stringMatching('invalid_grant'),
    })
  })

  it.each([
    ['is down', { status: 503, body: '' }, 'HTTP 503'],
    ['resets', 'reset', 'does not answer now'],
    ['finds fault with the question', { status: 400, body: '' }, 'did not take the question'],
  ] as const)('proves nothing where FCM %s', async (_, script, words) => {
    world.peer.script(script)

    expect(await check()).toEqual({ kind: 'unproven', why: expect.stringContaining(words) })
  })

  it('proves nothing where it is given up', async () => {
    world.peer.script('hang')
    const patience = new AbortController()
    const checked = world.provider.check(patience.signal)
    await world.peer.called(1)

    patience.abort()

    expect(await checked).toMatchObject({ kind: 'unproven' })
  })
})
