import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { composeApiKeys } from '../../src/compose/api-keys.ts'
import { composeDirectory } from '../../src/compose/directory.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { readPage } from './pages.ts'

let database: TestDatabase
let herald: RunningHerald

const ID = '0006447af2ad4c7ef44600000a3b0001'
const WAIT = { timeout: 10_000 }

beforeAll(async () => {
  database = await createTestDatabase()
  const setup = loadSetup(() => ({ flags: {}, env: {}, envFile: {} }))
  const directory = composeDirectory(database.db, setup.config, () => setup.entries)
  const people = ['alice', 'bob', 'carol', 'dave']
  for (const uid of people) {
    await directory.users.add({ uid })
    await directory.devices.add({ clientId: `${uid}s-phone`, uid })
    await directory.addresses.add({
      clientId: `${uid}s-phone`,
      channel: 'push',
      provider: 'stub',
      token: uid === 'carol' ? 'reject-carol' : uid,
    })
  }
  await directory.groups.add({ gid: 'friends', owner: 'alice', members: people.slice(1) })
  await directory.notifications.setConversation('bob', 'group/friends', {
    mutedUntil: new Date('2999-01-01'),
  })
  herald = await startHerald(database.address)
})

afterAll(async () => {
  await herald.close()
  await database.drop()
})

describe('docs/guides/why-was-nobody-notified.md', () => {
  it('shows what curl shows, as typed, from the message to its redrive', async () => {
    const { secret } = await composeApiKeys(database.db).add({ name: 'guide', role: 'operator' })
    await publish()
    await vi.waitUntil(() => isSettled(), WAIT)
    let env: Environment = { PATH: process.env.PATH, HERALD: herald.url, KEY: secret }
    const steps = stepsOf(readPage('docs/guides/why-was-nobody-notified.md').text).slice(1)

    expect(steps.length).toBeGreaterThan(8)
    for (const { commands, shown } of steps) {
      if (commands.includes(':redrive')) await mend()
      const ran = await run(commands, env)
      env = ran.env
      expect({ commands, printed: ran.printed }).toMatchObject({ commands, printed: shown })
      if (commands.includes(':redrive')) await vi.waitUntil(() => isSettled(), WAIT)
    }
  })
})

async function publish(): Promise<void> {
  const event = {
    event: 'message.publish',
    id: ID.toUpperCase(),
    clientid: 'alices-phone',
    username: 'alice',
    topic: 'group/friends/inbox/alice',
    qos: 1,
    payload: JSON.stringify({ id: 'm-77', body: 'Who brings the tent?' }),
    publish_received_at: Date.now(),
    node: 'emqx@127.0.0.1',
    timestamp: Date.now(),
  }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(event)
  await fetch(`${herald.url}/emqx/5/events`, { method: 'POST', headers, body })
}

async function isSettled(): Promise<boolean> {
  const { rows } = await database.pool.query<{ open: number; all: number }>(
    `select count(*) filter (where state in ('queued', 'claimed'))::int as open, count(*)::int as all
     from deliveries`,
  )
  return rows[0]?.open === 0 && rows[0].all > 0
}

/** What the provider complained of. */
async function mend(): Promise<void> {
  await database.pool.query(`update addresses set token = 'carol' where user_id = 'carol'`)
}

type Environment = Readonly<Record<string, string | undefined>>

interface GuideStep {
  readonly commands: string
  /** A part of the answer, as JSON. */
  readonly shown: unknown
}

/** Each fence of commands, with the fence of JSON that follows. */
function stepsOf(text: string): readonly GuideStep[] {
  const fences = [...text.matchAll(/^```(sh|json)\n([\s\S]*?)^```$/gm)]
  return fences.flatMap(([, kind, commands = ''], n) => {
    if (kind !== 'sh') return []
    const [, next, shown = ''] = fences[n + 1] ?? []
    return [{ commands, shown: next === 'json' ? JSON.parse(shown) : undefined }]
  })
}

const execute = promisify(execFile)

/** What the commands print, and the environment that they leave. */
async function run(commands: string, env: Environment) {
  const script = `set -e\n${commands}\necho\n"${process.execPath}" -p 'JSON.stringify(process.env)'`
  const { stdout } = await execute('bash', ['-c', script], { env: { ...env } })
  const lines = stdout.trimEnd().split('\n')
  const left: Environment = JSON.parse(lines.at(-1) ?? '')
  const printed: unknown = JSON.parse(lines.slice(0, -1).join('\n'))
  return { printed, env: left }
}
