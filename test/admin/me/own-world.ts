import { type ApiWorld, type CallOptions, openApiWorld } from '../../support/api-world.ts'
import { addMessages, directMessage, groupMessage } from '../../support/message-rows.ts'
import { asDevice } from '../../support/own-calls.ts'

/** Ann with a phone, what is hers, and what is others'. */
export interface OwnWorld extends ApiWorld {
  /** Ann's phone. */
  readonly phone: CallOptions
  readonly phoneSecret: string
}

export const JWT_SECRET = 'a secret that is long enough for an HMAC with SHA-256'

/** Ann, bob and cleo are contacts of each other but bob and cleo; dan is nobody's. Hikers is ann's group. */
export async function openOwnWorld(env: Readonly<Record<string, string>> = {}): Promise<OwnWorld> {
  const world = await openApiWorld({
    HERALD_JWT_SECRET: JWT_SECRET,
    HERALD_JWT_ALGORITHMS: 'HS256',
    HERALD_JWT_CLIENT_ID_CLAIM: 'cid',
    HERALD_TICKET_SECRETS: 'a-secret-that-signs-tickets-and-is-long-enough',
    ...env,
  })
  const { users, contacts, groups, devices, addresses } = world.directory
  for (const uid of ['ann', 'bob', 'cleo', 'dan'])
    await users.add({ uid, displayName: `The ${uid}` })
  await contacts.add('ann', 'bob', 'both-ways')
  await contacts.add('ann', 'cleo', 'both-ways')
  await groups.add({ gid: 'hikers', owner: 'ann', members: ['bob'] })
  await groups.add({ gid: 'readers', owner: 'cleo', members: ['ann'] })
  await groups.add({ gid: 'others', owner: 'cleo', members: ['dan'] })
  const { secret } = await devices.add({ clientId: 'ann-phone', uid: 'ann' })
  await devices.add({ clientId: 'ann-laptop', uid: 'ann' })
  await devices.add({ clientId: 'bob-phone', uid: 'bob' })
  await addresses.add({ channel: 'push', clientId: 'ann-phone', provider: 'stub', token: 'of ann' })
  await addresses.add({ channel: 'push', clientId: 'bob-phone', provider: 'stub', token: 'of bob' })
  const past = Date.now() - 60_000
  await addMessages(
    world,
    directMessage('bob', 'ann', past, 'from bob'),
    directMessage('bob', 'cleo', past, 'to cleo'),
    groupMessage('bob', 'hikers', Date.now(), 'to hikers'),
    groupMessage('dan', 'others', Date.now(), 'to others'),
  )
  return { ...world, phoneSecret: secret, phone: asDevice('ann-phone', secret) }
}
