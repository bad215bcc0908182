import { afterEach, describe, expect, it } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { type FcmWorld, NOW, openFcmWorld } from '../../support/fcm-world.ts'

let world: FcmWorld | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

const patient = () => new AbortController().signal

describe('a notification', () => {
  it('goes to the project with a token that Google gave for our assertion', async () => {
    world = await openFcmWorld()

    const outcome = await world.provider.send(aMessage({ token: 'phone:1' }), patient())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '0:1%31bd1c9631bd1c96' })
    expect(world.peer.calls).toMatchObject([
      {
        path: '/v1/projects/acme-chat/messages:send',
        authorization: `Bearer ${world.tokens.issued()[0]}`,
        body: { message: { token: 'phone:1', notification: { title: 'Ann', body: 'hi' } } },
      },
    ])
  })

  it('is previewed as it is sent, without our token', async () => {
    world = await openFcmWorld()
    const message = aMessage({ token: 'phone:1' }, { expiresAt: NOW + 60_000 })

    const preview = world.provider.preview(message)
    await world.provider.send(message, patient())

    expect(JSON.parse(preview.body)).toEqual(world.peer.calls[0]?.body)
    expect(preview.target).toBe(`POST ${world.peer.endpoint}/v1/projects/acme-chat/messages:send`)
    expect(preview.headers).toEqual({ 'content-type': 'application/json' })
  })
})

describe('the connections', () => {
  it('are HTTP/1.1, also to a server that offers HTTP/2', async () => {
    world = await openFcmWorld()

    await world.provider.send(aMessage(), patient())

    expect(world.peer.calls.map(({ httpVersion }) => httpVersion)).toEqual(['1.1'])
  })

  it('are no more than the settings say, whatever is under way', async () => {
    world = await openFcmWorld({ settings: { connections: 3 } })
    const { provider } = world

    await Promise.all(Array.from({ length: 50 }, () => provider.send(aMessage(), patient())))

    expect(world.peer.calls).toHaveLength(50)
    // One is for the access token.
    expect(world.peer.connections()).toBe(1 + 3)
  })

  it('are kept, and others take their place where the server takes leave', async () => {
    world = await openFcmWorld({ settings: { connections: 1 } })
    world.peer.script('last')

    const outcomes = []
    for (let sent = 0; sent < 3; sent++) {
      outcomes.push(await world.provider.send(aMessage(), patient()))
    }

    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(world.peer.connections()).toBe(1 + 2)
  })

  it('are closed after what is under way was answered', async () => {
    world = await openFcmWorld()
    const outcome = world.provider.send(aMessage(), patient())
    await world.peer.called(1)

    await world.provider.close()

    expect(await outcome).toMatchObject({ kind: 'accepted' })
  })
})
