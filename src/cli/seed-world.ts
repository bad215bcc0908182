import type { Directory } from '../core/directory/directory.ts'
import { DomainError, type ErrorCode } from '../core/domain-error.ts'

/** A device of the seeded world, with its secret if this run made one. */
export interface SeededDevice {
  readonly uid: string
  readonly clientId: string
  readonly secret: string | undefined
}

const PEOPLE = [
  { uid: 'alice', displayName: 'Alice', contactPolicy: 'contacts' },
  { uid: 'bob', displayName: 'Bob', contactPolicy: undefined },
  { uid: 'carol', displayName: 'Carol', contactPolicy: undefined },
  { uid: 'dave', displayName: 'Dave', contactPolicy: undefined },
] as const

const DEVICES = [
  { uid: 'alice', clientId: 'alice-phone', platform: 'ios' },
  { uid: 'alice', clientId: 'alice-laptop', platform: 'web' },
  { uid: 'bob', clientId: 'bob-phone', platform: 'android' },
  { uid: 'bob', clientId: 'bob-laptop', platform: 'web' },
  { uid: 'carol', clientId: 'carol-phone', platform: 'ios' },
  { uid: 'dave', clientId: 'dave-phone', platform: 'android' },
] as const

/** Makes what is missing of a small world; what is there already stays as it is. */
export async function seedWorld(
  directory: Directory,
  secrets: 'keep' | 'renew',
): Promise<readonly SeededDevice[]> {
  const { users, contacts } = directory
  for (const person of PEOPLE) await unlessThere('USER_EXISTS', () => users.add(person))
  await contacts.add('alice', 'bob', 'both-ways')
  await seedGroup(directory)
  const seeded: SeededDevice[] = []
  for (const device of DEVICES) {
    seeded.push(await seedDevice(directory, device, secrets))
    await seedAddress(directory, device)
  }
  return seeded
}

async function seedGroup({ groups, members }: Directory): Promise<void> {
  const friends = ['bob', 'carol', 'dave']
  const group = { gid: 'friends', displayName: 'Friends', owner: 'alice', members: friends }
  await unlessThere('GROUP_EXISTS', () => groups.add(group))
  for (const uid of friends) {
    await unlessThere('MEMBER_EXISTS', () => members.add('friends', uid, 'member'))
  }
}

async function seedDevice(
  { devices }: Directory,
  device: (typeof DEVICES)[number],
  secrets: 'keep' | 'renew',
): Promise<SeededDevice> {
  const { uid, clientId } = device
  const added = await unlessThere('DEVICE_EXISTS', () => devices.add({ ...device, app: 'demo' }))
  if (added !== undefined) return { uid, clientId, secret: added.secret }
  const { uid: holder } = await devices.show(clientId)
  if (holder !== uid) {
    throw new DomainError('DEVICE_EXISTS', `"${clientId}" is a device of "${holder}"`, 'clientId')
  }
  if (secrets === 'keep') return { uid, clientId, secret: undefined }
  await devices.withdrawSecrets(clientId, 'all')
  const { secret } = await devices.addSecret(clientId)
  return { uid, clientId, secret }
}

/** Where the provider that sends nothing would push to. */
async function seedAddress(
  { addresses }: Directory,
  { uid, clientId }: (typeof DEVICES)[number],
): Promise<void> {
  const { items } = await addresses.list(uid)
  if (items.some((address) => address.clientId === clientId)) return
  await addresses.add({ channel: 'push', clientId, provider: 'stub', token: `stub-${clientId}` })
}

async function unlessThere<Made>(
  code: ErrorCode,
  make: () => Promise<Made>,
): Promise<Made | undefined> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof DomainError && error.code === code) return undefined
    throw error
  }
}
