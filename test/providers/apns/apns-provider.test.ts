import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { type ApnsWorld, DEVICE, NOON, openApnsWorld } from '../../support/apns-world.ts'

let world: ApnsWorld
beforeEach(async () => {
  world = await openApnsWorld({ voip: true })
})
afterEach(() => world.close())

const never = new AbortController().signal

describe('APNs', () => {
  it('accepts', async () => {
    const outcome = await world.alerts.send(aMessage({ token: DEVICE }), never)
    expect(outcome).toEqual({ kind: 'accepted', providerId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    console.log(world.peer.received[0]?.headers, world.peer.received[0]?.body)
    const many = await Promise.all(Array.from({ length: 300 }, () => world.alerts.send(aMessage({ token: DEVICE }), never)))
    expect(many.every((o) => o.kind === 'accepted')).toBe(true)
    console.log(world.peer.seen)
    console.log(await world.alerts.check(never), await world.providers.get('apns-voip')?.check(never))
    console.log(world.warnings)
  })
})
