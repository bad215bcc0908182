import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../src/credentials/password-hash.ts'
import { type CapturedRequest, capturedRequests } from '../support/captured.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'

/** A captured question, read independently of Herald. */
interface Question {
  readonly request: CapturedRequest
  readonly username: string
  readonly clientId: string
  readonly password: string
  readonly action: string
  readonly topic: string
  readonly retain: boolean
}

let database: TestDatabase
let herald: RunningHerald
const hashes = new Map<string, string>()

beforeAll(async () => {
  database = await createTestDatabase()
  // The recordings hold fewer failures than a throttle would need to be off, but that is not their subject.
  herald = await startHerald(database.address, { HERALD_LOGIN_THROTTLE: 'off' })
})

afterAll(async () => {
  await herald.close()
  await database.drop()
})

describe.each(['emqx-5.8.9', 'emqx-5.3.2'] as const)('the questions of %s', (version) => {
  it('about logins are answered with yes in a world that allows them, with no in one that does not', async () => {
    const questions = capturedRequests(version, ['/authn']).map(readJson)
    expect(questions.length).toBeGreaterThan(50)

    for (const question of questions) {
      await worldThatKnows(question)
      const yes = await ask('/emqx/5/connect', question)
      await worldWithAnotherPassword(question)
      const no = await ask('/emqx/5/connect', question)

      const expected = isAnonymous(question) ? DENY5 : ALLOW5
      expect([question.request, yes]).toEqual([question.request, expected])
      expect(no).toEqual(DENY5)
    }
  })

  it('about topics are answered with yes in a world that allows them, with no in one that does not', async () => {
    const questions = capturedRequests(version, ['/authz']).map(readJson)
    expect(questions.length).toBeGreaterThan(70)
    let impossible = 0

    for (const question of questions) {
      await worldThatKnows(question)
      await worldWithRule(question)
      const yes = await ask('/emqx/5/topic', question)
      await worldWithRule(undefined)
      const no = await ask('/emqx/5/topic', question)

      if (isClosedToAll(question)) impossible++
      expect([question.request, yes]).toEqual([
        question.request,
        isClosedToAll(question) ? DENY5 : ALLOW5,
      ])
      expect(no).toEqual(DENY5)
    }
    expect(impossible).toBeLessThan(questions.length / 2)
  })
})

describe('the questions of emqx-4.4.19', () => {
  it('about logins are answered with yes in a world that allows them, with no in one that does not', async () => {
    const questions = capturedRequests('emqx-4.4.19', ['/v4/auth']).map(readForm)
    expect(questions.length).toBeGreaterThan(30)

    for (const question of questions) {
      await worldThatKnows(question)
      const yes = await ask('/emqx/4/connect', question)
      await worldWithAnotherPassword(question)
      const no = await ask('/emqx/4/connect', question)

      // "ü&=+ " is no name for a device, in no world; the recordings have it once.
      const expected = isAnonymous(question)
        ? [401, 401]
        : hasBadName(question)
          ? [403, 403]
          : [200, 401]
      expect([question.request, yes.status, no.status]).toEqual([question.request, ...expected])
    }
  })

  it('about superusers are answered with no', async () => {
    const questions = capturedRequests('emqx-4.4.19', ['/v4/super']).map(readForm)
    expect(questions.length).toBeGreaterThan(20)

    for (const question of questions) {
      await worldThatKnows(question)
      expect((await ask('/emqx/4/superuser', question)).status).toBe(403)
    }
  })

  it('about topics are answered with yes in a world that allows them, with no in one that does not', async () => {
    const questions = capturedRequests('emqx-4.4.19', ['/v4/acl']).map(readForm)
    expect(questions.length).toBeGreaterThan(20)

    for (const question of questions) {
      await worldThatKnows(question)
      await worldWithRule(question)
      const yes = await ask('/emqx/4/topic', question)
      await worldWithRule(undefined)
      const no = await ask('/emqx/4/topic', question)

      expect([question.request, yes.status]).toEqual([
        question.request,
        isClosedToAll(question) ? 403 : 200,
      ])
      expect(no.status).toBe(403)
    }
  })
})

const ALLOW5 = { status: 200, contentType: 'application/json', result: 'allow' }
const DENY5 = { status: 200, contentType: 'application/json', result: 'deny' }

async function ask(path: string, { request }: Question) {
  const response = await fetch(herald.url + path, {
    method: 'POST',
    headers: { 'content-type': request.contentType },
    body: request.body,
  })
  const text = await response.text()
  const contentType = response.headers.get('content-type')?.split(';')[0]
  const result: unknown = text.startsWith('{') ? JSON.parse(text).result : undefined
  return { status: response.status, contentType, result }
}

/** Nobody can be allowed without a name and a password. EMQX 4 calls what is missing "undefined". */
function isAnonymous({ username, password }: Question): boolean {
  return [username, password].some((text) => text === '' || text === 'undefined')
}

/** Names that no user or device can have. */
function hasBadName({ username, clientId }: Question): boolean {
  return /[+#/]/.test(username + clientId)
}

/** What no world allows: to write in another's name, and retained messages in the trees of people. */
function isClosedToAll({ action, topic, retain, username }: Question): boolean {
  if (action !== 'publish') return false
  const isForged =
    /^user\/[^/]*\/(inbox|application)\//.test(topic) && topic.split('/')[3] !== username
  return isForged || (retain && /^(user|group)\//.test(topic))
}

function readJson(request: CapturedRequest): Question {
  return question(request, JSON.parse(request.body))
}

function readForm(request: CapturedRequest): Question {
  const fields = Object.fromEntries(new URLSearchParams(request.body))
  const action = fields.access === '1' ? 'subscribe' : 'publish'
  return question(request, { ...fields, action })
}

function question(request: CapturedRequest, fields: Readonly<Record<string, string>>): Question {
  return {
    request,
    username: fields.username ?? '',
    clientId: fields.clientid ?? '',
    password: fields.password ?? '',
    action: fields.action ?? '',
    topic: fields.topic ?? '',
    retain: fields.retain === 'true',
  }
}

/** The user of the question exists with the question's password, and the device is theirs. */
async function worldThatKnows(question: Question): Promise<void> {
  const { username, clientId, password } = question
  if (username === '' || username === 'undefined' || hasBadName(question)) return
  await sql('insert into users (id) values ($1) on conflict do nothing', [username])
  await sql(
    'insert into devices (id, user_id) values ($1, $2) on conflict (id) do update set user_id = excluded.user_id',
    [clientId, username],
  )
  if (password !== '') await setPassword(username, password)
}

async function worldWithAnotherPassword(question: Question): Promise<void> {
  const { username, password } = question
  if (isAnonymous(question) || hasBadName(question)) return
  await setPassword(username, `not ${password}`)
}

async function setPassword(uid: string, password: string): Promise<void> {
  const hash = hashes.get(password) ?? (await hashPassword(password))
  hashes.set(password, hash)
  await sql(
    `insert into user_passwords (user_id, hash) values ($1, $2)
     on conflict (user_id) do update set hash = $2, version = nextval('password_versions')`,
    [uid, hash],
  )
}

/** One rule that allows just what is asked, or none. */
async function worldWithRule(allowed: Question | undefined): Promise<void> {
  await sql('delete from acl_rules', [])
  if (allowed === undefined) return
  await sql("insert into acl_rules (effect, action, filter) values ('allow', $1, $2)", [
    allowed.action,
    allowed.topic,
  ])
}

async function sql(text: string, values: readonly string[]): Promise<void> {
  await database.pool.query(text, [...values])
}
