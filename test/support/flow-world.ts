import { createSigner } from 'fast-jwt'
import type { Pool } from 'pg'
import { composeDirectory } from '../../src/compose/directory.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Directory } from '../../src/core/directory/directory.ts'
import { createDatabase } from '../../src/postgres/pool.ts'
import type { DialectName, Fields, WireQuestion } from './hook-wire.ts'
import { formQuestion, jsonQuestion } from './hook-wire.ts'

const TICKET_SECRET = 'a-ticket-secret-of-a-test-long-enough-for-HS256'
const JWT_SECRET = 'a-token-secret-of-a-test-long-enough-for-HS256'

/** What Herald has to be told to know the world's tickets and tokens. */
export const FLOW_ENV = {
  HERALD_TICKET_SECRETS: TICKET_SECRET,
  HERALD_JWT_SECRET: JWT_SECRET,
  HERALD_JWT_ALGORITHMS: 'HS256',
}

export const ANNS_PASSWORD = 'correct horse + battery'

/**
 * Ann and Bob are in the group "crew", which Ann owns; Carl is in none, and Ann has blocked him. Each
 * has a phone; a device may publish to `iot/<its client id>/#`.
 */
export interface FlowWorld {
  readonly directory: Directory
  readonly secrets: { readonly ann: string; readonly bob: string; readonly carl: string }
  /** Good for Ann on any device of hers, for an hour. */
  readonly ticket: string
  /** The same as a JSON Web Token. */
  readonly token: string
}

export async function createFlowWorld(pool: Pool): Promise<FlowWorld> {
  const config = loadConfig({ flags: {}, env: FLOW_ENV, envFile: {} })
  const directory = composeDirectory(createDatabase(pool), config, () => [])
  const { users, devices, groups, contacts, rules } = directory
  await users.add({ uid: 'ann', password: ANNS_PASSWORD })
  await users.add({ uid: 'bob' })
  await users.add({ uid: 'carl' })
  const phoneOf = async (uid: string) =>
    (await devices.add({ clientId: `${uid}s-phone`, uid })).secret
  const secrets = {
    ann: await phoneOf('ann'),
    bob: await phoneOf('bob'),
    carl: await phoneOf('carl'),
  }
  await groups.add({ gid: 'crew', owner: 'ann', members: ['bob'] })
  await contacts.block('ann', 'carl')
  await rules.add({
    effect: 'allow',
    action: 'publish',
    filter: 'iot/${clientid}/#',
    scope: { kind: 'everyone' },
  })
  const { ticket } = await users.makeTicket({ uid: 'ann', ttlMs: 3_600_000 })
  const token = createSigner({ key: JWT_SECRET, expiresIn: 3_600_000 })({ sub: 'ann' })
  return { directory, secrets, ticket, token }
}

/** What a broker asks, before a dialect spells it. */
export type Asked =
  | {
      readonly kind: 'connect'
      readonly username: string
      readonly clientId: string
      readonly password: string
    }
  | {
      readonly kind: 'topic'
      readonly username: string
      readonly clientId: string
      readonly action: 'publish' | 'subscribe'
      readonly topic: string
    }

export function login(uid: string, password: string, clientId = `${uid}s-phone`): Asked {
  return { kind: 'connect', username: uid, clientId, password }
}

export function publish(uid: string, topic: string): Asked {
  return { kind: 'topic', username: uid, clientId: `${uid}s-phone`, action: 'publish', topic }
}

export function subscribe(uid: string, topic: string): Asked {
  return { kind: 'topic', username: uid, clientId: `${uid}s-phone`, action: 'subscribe', topic }
}

/** Questions whose right answer is yes. */
export function rightQuestions({ secrets, ticket, token }: FlowWorld): readonly Asked[] {
  return [
    login('ann', secrets.ann),
    login('ann', ticket),
    login('ann', token),
    login('bob', secrets.bob),
    publish('ann', 'user/bob/inbox/ann'),
    publish('bob', 'group/crew/inbox/bob'),
    publish('carl', 'group/crew/application/carl'),
    publish('ann', 'iot/anns-phone/state'),
    subscribe('ann', 'user/ann/#'),
    subscribe('bob', 'group/crew/#'),
    subscribe('bob', 'group/+/invitation/bob/from/+'),
  ]
}

/** Questions whose right answer is no, whatever else is going on. */
export function wrongQuestions({ secrets, ticket, token }: FlowWorld): readonly Asked[] {
  return [
    login('ann', secrets.bob),
    login('bob', secrets.ann, 'anns-phone'),
    login('bob', ticket),
    login('bob', token),
    login('nobody', secrets.ann),
    publish('ann', 'user/bob/inbox/carl'),
    publish('carl', 'user/ann/inbox/carl'),
    publish('carl', 'group/crew/inbox/carl'),
    publish('bob', 'iot/anns-phone/state'),
    subscribe('ann', 'user/bob/#'),
    subscribe('carl', 'group/crew/inbox/+'),
    subscribe('bob', '#'),
    { ...subscribe('ann', 'user/ann/#'), clientId: 'bobs-phone' },
  ]
}

/** The fields that a dialect's broker sends. */
export function fieldsOf(dialect: DialectName, asked: Asked): Fields {
  const { username, clientId: clientid } = asked
  if (asked.kind === 'connect') {
    const { password } = asked
    return dialect === 'emqx5'
      ? { clientid, username, password, peerhost: '192.0.2.7' }
      : { clientid, username, password, ipaddr: '192.0.2.7' }
  }
  const { action, topic } = asked
  return dialect === 'emqx5'
    ? { clientid, username, action, topic, qos: '1', retain: 'false' }
    : { access: action === 'subscribe' ? '1' : '2', clientid, username, ipaddr: '192.0.2.7', topic }
}

/** The question as a dialect's broker spells it by default. */
export function spell(dialect: DialectName, asked: Asked): WireQuestion {
  const fields = fieldsOf(dialect, asked)
  return dialect === 'emqx5'
    ? jsonQuestion(dialect, asked.kind, fields)
    : formQuestion(asked.kind, fields)
}
