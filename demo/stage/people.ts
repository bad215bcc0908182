import type { Directory } from '../../src/core/directory/directory.ts'

/** A device that may log in: what an MQTT client needs to know. */
export interface Credentials {
  readonly clientId: string
  readonly uid: string
  readonly secret: string
}

/** Everybody in the story. Alice takes messages from her contacts only, and Bob is one. */
const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'eve']
const FRIENDS = ['bob', 'carol', 'dave']

const DEVICES = {
  'alice-phone': 'alice',
  'alice-laptop': 'alice',
  'bob-phone': 'bob',
  'bob-laptop': 'bob',
  'carol-phone': 'carol',
  'dave-phone': 'dave',
  'eve-phone': 'eve',
} as const

export type DeviceName = keyof typeof DEVICES
export type People = Readonly<Record<DeviceName, Credentials>>

/** Makes the people of the story, their group of four, and for each of their devices a secret and a push address. */
export async function makePeople(directory: Directory): Promise<People> {
  const { users, contacts, groups, devices, addresses } = directory
  for (const uid of PEOPLE) {
    await users.add({ uid, contactPolicy: uid === 'alice' ? 'contacts' : undefined })
  }
  await contacts.add('alice', 'bob', 'both-ways')
  await groups.add({ gid: 'friends', displayName: 'Friends', owner: 'alice', members: FRIENDS })

  async function register(clientId: DeviceName): Promise<Credentials> {
    const uid = DEVICES[clientId]
    const { secret } = await devices.add({ uid, clientId, app: 'demo' })
    await addresses.add({
      channel: 'push',
      clientId,
      provider: 'stub',
      token: `token of ${clientId}`,
    })
    return { uid, clientId, secret }
  }
  return {
    'alice-phone': await register('alice-phone'),
    'alice-laptop': await register('alice-laptop'),
    'bob-phone': await register('bob-phone'),
    'bob-laptop': await register('bob-laptop'),
    'carol-phone': await register('carol-phone'),
    'dave-phone': await register('dave-phone'),
    'eve-phone': await register('eve-phone'),
  }
}
