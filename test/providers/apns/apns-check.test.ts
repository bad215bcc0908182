import { afterEach, describe, expect, it } from 'vitest'
import { type ApnsWorld, openApnsWorld } from '../../support/apns-world.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'

let world: ApnsWorld
afterEach(() => world.close())

const patience = new AbortController()

describe('a check of APNs', () => {
  it.each(['apns', 'apns-sandbox', 'apns-voip', 'apns-voip-sandbox'])(
    'proves the key of %s and notifies nobody',
    async (name) => {
      world = await openApnsWorld({ voip: true })

      const check = await world.providers.get(name)?.check(patience.signal)

      expect(check).toEqual({
        kind: 'proven',
        said: 'Apple takes key KEY1234567 of team TEAM123456 (400 BadDeviceToken, of a device that there is not)',
      })
      expect(world.peer.received.map(({ path }) => path)).toEqual([`/3/device/${'0'.repeat(64)}`])
    },
  )

  it.each([
    ['another key id', { keyId: 'OTHER12345' }, 'InvalidProviderToken', 'keyId'],
    ['another team', { teamId: 'OTHER12345' }, 'InvalidProviderToken', 'teamId'],
    ['another app', { bundleId: 'com.example.other' }, 'TopicDisallowed', 'bundleId'],
  ])('says what is wrong with %s', async (_, settings, reason, remedy) => {
    world = await openApnsWorld(settings)

    const check = await world.alerts.check(patience.signal)

    expect(check).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining(reason),
      remedy: expect.stringContaining(remedy),
    })
  })

  it('proves nothing where Apple has troubles of its own', async () => {
    world = await openApnsWorld()
    world.peer.answers(() => ({ status: 503, body: '{"reason":"ServiceUnavailable"}' }))

    expect(await world.alerts.check(patience.signal)).toEqual({
      kind: 'unproven',
      why: 'Apple answers 503 ServiceUnavailable',
    })
  })

  it('proves nothing where Apple does not answer', async () => {
    world = await openApnsWorld()
    world.peer.answers(() => 'hold')
    const caller = new AbortController()

    const check = world.alerts.check(caller.signal)
    await world.peer.hasReceived(1)
    caller.abort()

    expect(await check).toMatchObject({ kind: 'unproven' })
  })

  it('refuses whoever can’t show to be Apple', async () => {
    world = await openApnsWorld({}, { certificate: CERTIFICATES.ofAnotherAuthority })

    expect(await world.alerts.check(patience.signal)).toMatchObject({
      kind: 'refused',
      remedy: expect.stringContaining('ca'),
    })
  })
})
