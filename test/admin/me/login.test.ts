import { createSigner } from 'fast-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallOptions } from '../../support/api-world.ts'
import { operationsOf } from '../../support/openapi.ts'
import { asDevice, withToken } from '../../support/own-calls.ts'
import { JWT_SECRET, type OwnWorld, openOwnWorld } from './own-world.ts'

let world: OwnWorld

beforeAll(async () => {
  world = await openOwnWorld()
})

afterAll(() => world.close())

const sign = createSigner({ key: JWT_SECRET, algorithm: 'HS256', expiresIn: 60_000 })

async function whoIs(options: CallOptions): Promise<string> {
  const { status, body } = await world.call('GET /v1/me', undefined, options)
  return status === 200 ? body.uid : `${status} ${body.code}`
}

describe('an app', () => {
  it('is let in by the secret of its device', async () => {
    expect(await whoIs(world.phone)).toBe('ann')
  })

  it('is let in by its user’s password', async () => {
    await world.directory.users.setPassword('bob', 'correct horse')

    expect(await whoIs(asDevice('bob-phone', 'correct horse'))).toBe('bob')
    expect(await whoIs(asDevice('bob-phone', 'wrong horse'))).toBe('401 UNAUTHENTICATED')
  })

  it('is let in by a token, in the place of a password and alone', async () => {
    const token = sign({ sub: 'ann' })

    expect(await whoIs(asDevice('ann-phone', token))).toBe('ann')
    expect(await whoIs(withToken(token))).toBe('ann')
    expect(await whoIs(withToken(token, 'ann-laptop'))).toBe('ann')
  })

  it('is let in by a ticket', async () => {
    const { ticket } = await world.directory.users.makeTicket({ uid: 'bob' })

    expect(await whoIs(withToken(ticket, 'bob-phone'))).toBe('bob')
  })

  it('is the device that its token names, and no other', async () => {
    const token = sign({ sub: 'ann', cid: 'ann-phone' })
    const { body } = await world.call('POST /v1/me/secrets', {}, withToken(token))

    expect(body.device.clientId).toBe('ann-phone')
    expect(await whoIs(withToken(token, 'ann-laptop'))).toBe('401 UNAUTHENTICATED')
  })

  it('is registered where its token names a device that nobody has', async () => {
    await whoIs(withToken(sign({ sub: 'ann' }), 'ann-tablet'))

    expect(await world.directory.devices.show('ann-tablet')).toMatchObject({ uid: 'ann' })
  })

  it('may have a colon in its client id', async () => {
    const { secret } = await world.directory.devices.add({ clientId: 'urn:ann', uid: 'ann' })
    const { headers } = asDevice('', secret)

    expect(
      await whoIs({ key: null, headers: { ...headers, 'x-herald-client-id': 'urn:ann' } }),
    ).toBe('ann')
  })

  it.each([
    ['nothing', { key: null }],
    ['an API key', undefined],
    ['a secret of another device', 'ann-laptop'],
    ['a secret with a device that there is not', 'nobody-phone'],
    ['a client id that is none', 'a/b\u0000'],
  ])('is not let in by %s', async (_what, shown) => {
    const options = typeof shown === 'string' ? asDevice(shown, world.phoneSecret) : shown

    expect(await whoIs(options ?? {})).toBe('401 UNAUTHENTICATED')
  })

  it.each([
    [
      'of another key',
      () => createSigner({ key: 'x'.repeat(40), algorithm: 'HS256' })({ sub: 'ann', exp: 9e9 }),
    ],
    [
      'that is over',
      () => createSigner({ key: JWT_SECRET, algorithm: 'HS256' })({ sub: 'ann', exp: 1 }),
    ],
    ['of a deleted user', () => sign({ sub: 'gone' })],
    ['whose payload is no object', () => 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.bnVsbA.eA'],
    ['that names nobody', () => sign({ cid: 'ann-phone' })],
  ])('is not let in by a token %s', async (_what, make) => {
    expect(await whoIs(withToken(make()))).toBe('401 UNAUTHENTICATED')
  })

  it('is let in no longer once its user is disabled, or its device revoked', async () => {
    const { secret } = await world.directory.devices.add({ clientId: 'dan-phone', uid: 'dan' })
    await world.directory.devices.revoke('dan-phone')
    expect(await whoIs(asDevice('dan-phone', secret))).toBe('401 UNAUTHENTICATED')
    await world.directory.devices.restore('dan-phone')
    expect(await whoIs(asDevice('dan-phone', secret))).toBe('dan')
    await world.directory.users.disable('dan')

    expect(await whoIs(asDevice('dan-phone', secret))).toBe('401 UNAUTHENTICATED')
    expect(await whoIs(withToken(sign({ sub: 'dan' })))).toBe('401 UNAUTHENTICATED')
  })

  it('is slowed down where it guesses passwords', async () => {
    await world.directory.users.add({ uid: 'eve', password: 'correct horse' })
    await world.directory.devices.add({ clientId: 'eve-phone', uid: 'eve' })
    const answers = []
    for (let guess = 0; guess < 6; guess++)
      answers.push(await whoIs(asDevice('eve-phone', `${guess}`)))

    expect(answers.at(0)).toBe('401 UNAUTHENTICATED')
    expect(answers.at(-1)).toBe('429 TOO_MANY_REQUESTS')
  })

  it('can’t call what needs an API key', async () => {
    const open = []
    for (const { method, path } of operationsOf(world.document)) {
      if (/^\/v1\/me(?:\/|$)/.test(path)) continue
      const url = path.replace('{id}', '17').replaceAll(/\{\w+\}/g, 'ann')
      const { status } = await world.call(`${method} ${url}`, undefined, world.phone)
      if (status !== 401) open.push(`${method} ${path}: ${status}`)
    }

    expect(open).toEqual([])
  })
})
