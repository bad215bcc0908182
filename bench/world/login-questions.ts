import { createHmac, hash } from 'node:crypto'
import { SECRET_PREFIX } from '../../src/credentials/credential-form.ts'
import type { QuestionsSpec } from '../load/load-plan.ts'
import { EXPECT, type HookQuestion } from '../load/request-pool.ts'
import type { EventKind } from './event-requests.ts'
import type { Random } from './random.ts'
import { clientIdOf, USERS_PER_PASSWORD, uidOf, type World } from './world.ts'

type LoginKind = Exclude<QuestionsSpec['kind'], 'topic' | EventKind>

/** What every user who has a password has for one: a single argon2id hash serves the whole world. */
export const PASSWORD = 'correct horse battery staple'

/** The key of HS256 in a bench. */
export const TOKEN_KEY = 'bench-token-key-of-no-value-0123456789'

/** Question number `index` of a kind. */
export function loginQuestion(
  kind: LoginKind,
  world: World,
  random: Random,
  index: number,
): HookQuestion {
  switch (kind) {
    case 'secret': {
      const device = random.below(world.size.devices)
      return login(device % world.size.users, device, secretOf(device))
    }
    case 'token': {
      const user = random.below(world.size.users)
      return login(user, world.deviceOf(user, random.below(2)), tokenFor(user))
    }
    case 'password': {
      const user = passwordUser(world, index)
      return login(user, user, PASSWORD)
    }
    case 'wrong-password': {
      // Another user and another address each time, or Herald would slow the sender down.
      const user = passwordUser(world, random.below(world.size.users))
      const address = `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`
      return { ...login(user, user, `wrong ${index}`, address), expected: EXPECT.deny }
    }
  }
}

/** The users who have a password, in an order that jumps about; all of them before one comes again. */
function passwordUser({ size }: World, index: number): number {
  const passwords = size.users / USERS_PER_PASSWORD
  // 7919 is a prime, and no factor of a world's size.
  return ((index * 7_919) % passwords) * USERS_PER_PASSWORD
}

function login(
  user: number,
  device: number,
  password: string,
  peerhost = '198.51.100.7',
): HookQuestion {
  return {
    // The fields and their order are EMQX 5's for the template in `emqx/5/`.
    fields: {
      username: uidOf(user),
      peerhost,
      password,
      clientid: clientIdOf(device),
      cert_subject: '',
      cert_common_name: '',
    },
    expected: EXPECT.allow,
  }
}

/** Made from the device's number, here and in `world-sql.ts`. */
function secretOf(device: number): string {
  return SECRET_PREFIX + hash('sha256', clientIdOf(device), 'base64url')
}

/** Good until 2100. */
const EXPIRES_AT = 4_102_444_800
const TOKEN_HEAD = base64url({ alg: 'HS256', typ: 'JWT' })

function tokenFor(user: number): string {
  const signed = `${TOKEN_HEAD}.${base64url({ sub: uidOf(user), exp: EXPIRES_AT })}`
  return `${signed}.${createHmac('sha256', TOKEN_KEY).update(signed).digest('base64url')}`
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
