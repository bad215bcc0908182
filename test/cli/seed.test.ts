import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

describe('herald seed', () => {
  it('makes four people with their devices, a group and contacts', async () => {
    const devices = await jsonOn(world, 'seed')

    expect(devices).toEqual([
      { uid: 'alice', clientId: 'alice-phone', secret: expect.stringMatching(/^hds_/) },
      { uid: 'alice', clientId: 'alice-laptop', secret: expect.stringMatching(/^hds_/) },
      { uid: 'bob', clientId: 'bob-phone', secret: expect.stringMatching(/^hds_/) },
      { uid: 'bob', clientId: 'bob-laptop', secret: expect.stringMatching(/^hds_/) },
      { uid: 'carol', clientId: 'carol-phone', secret: expect.stringMatching(/^hds_/) },
      { uid: 'dave', clientId: 'dave-phone', secret: expect.stringMatching(/^hds_/) },
    ])
    expect((await world.directory.members.list('friends')).items).toMatchObject([
      { uid: 'alice', role: 'owner' },
      { uid: 'bob', role: 'member' },
      { uid: 'carol', role: 'member' },
      { uid: 'dave', role: 'member' },
    ])
    expect((await world.directory.contacts.list('bob')).items).toMatchObject([
      { contactUid: 'alice' },
    ])
    expect((await world.directory.addresses.list('alice')).items).toMatchObject([
      { clientId: 'alice-phone', channel: 'push', provider: 'stub', token: 'stub-alice-phone' },
      { clientId: 'alice-laptop', channel: 'push', provider: 'stub', token: 'stub-alice-laptop' },
    ])
  })

  it('prints commands to paste, with the secrets in them', async () => {
    const { out } = await runOn(world, 'seed --broker-host mqtt.example --broker-port 2883')

    const secret = /alice-phone +(hds_[\w-]{43})/.exec(out)?.[1]
    expect(out).toContain(
      `mosquitto_sub -h mqtt.example -p 2883 -i alice-phone -u alice -P ${secret} -q 1`,
    )
    expect(out).toContain("-t user/alice/inbox/bob -m 'hello alice'")
    expect(out).not.toContain('undefined')
  })

  it('leaves everything as it is when it runs again', async () => {
    await runOn(world, 'seed')
    await world.directory.users.setContactPolicy('alice', undefined)
    const before = await secrets()
    const { items: addresses } = await world.directory.addresses.list('alice')

    const { code, out } = await runOn(world, 'seed')

    expect(code).toBe(0)
    expect(out).toContain('--new-secrets replaces them')
    expect(await secrets()).toEqual(before)
    expect(await world.directory.users.show('alice')).toMatchObject({ contactPolicy: undefined })
    expect((await world.directory.addresses.list('alice')).items).toEqual(addresses)
  })

  it('makes what is missing', async () => {
    await runOn(world, 'seed')
    await world.directory.devices.remove('bob-phone')
    await world.directory.members.remove('friends', 'dave')

    const devices = await jsonOn(world, 'seed')

    expect(devices).toContainEqual({
      uid: 'bob',
      clientId: 'bob-phone',
      secret: expect.stringMatching(/^hds_/),
    })
    expect(devices).toContainEqual({ uid: 'alice', clientId: 'alice-phone' })
    expect((await world.directory.members.list('friends')).items).toHaveLength(4)
  })

  it('replaces the secrets where it is told to', async () => {
    await runOn(world, 'seed')
    const before = await secrets()

    const { out } = await runOn(world, 'seed --new-secrets')

    const after = await secrets()
    expect(after).toHaveLength(6)
    expect(after.filter((digest) => before.includes(digest))).toEqual([])
    expect(out).toContain('mosquitto_sub')
  })

  it('takes no device from a stranger', async () => {
    await world.addUsers('mallory')
    await world.directory.devices.add({ uid: 'mallory', clientId: 'alice-phone' })

    const { code, err } = await runOn(world, 'seed --new-secrets')

    expect(code).toBe(1)
    expect(err).toContain('"alice-phone" is a device of "mallory" (DEVICE_EXISTS)')
  })
})

async function secrets(): Promise<string[]> {
  const rows = await world.db
    .selectFrom('deviceSecrets')
    .select('digest')
    .orderBy('digest')
    .execute()
  return rows.map(({ digest }) => digest)
}
