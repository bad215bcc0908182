import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Doors } from '../../src/cli/doors.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { WITHDRAWAL_REASONS } from '../../src/core/delivery/withdrawal-reason.ts'
import { explainMessage } from '../../src/core/reach/explain-message.ts'
import { explainReach } from '../../src/core/reach/explain-reach.ts'
import { UNREACHED_REASONS } from '../../src/core/reach/reach-reason.ts'
import { createMessageTraces } from '../../src/postgres/message-traces.ts'
import { writeMessages } from '../../src/postgres/message-writer.ts'
import { createReachFactsSource } from '../../src/postgres/reach-facts.ts'
import { runCli } from '../cli/cli-world.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { aMessage, NOON } from '../support/reach-world.ts'
import { codeRows, readPage, sectionOf, transcriptOf } from './pages.ts'

const page = readPage('docs/notifications.md')
const { reach: policy } = loadConfig({ flags: {}, env: {}, envFile: {} })

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
  await runCli('seed', doorsTo(world))
})
afterAll(() => world.close())

describe('docs/notifications.md', () => {
  it('shows what would be printed before anything is published', async () => {
    await expectToPrint('What would happen?')
  })

  it('shows what is printed of a message that has been sent', async () => {
    await publish()

    await expectToPrint('What has happened?')
  })

  it('explains every reason, in the order in which it is asked', () => {
    const codesIn = (heading: string) => codeRows(sectionOf(page, heading)).map(([code]) => code)

    expect(codesIn('Reasons')).toEqual(Object.keys(UNREACHED_REASONS))
    expect(codesIn('Withdrawn')).toEqual(Object.keys(WITHDRAWAL_REASONS))
  })
})

async function expectToPrint(heading: string): Promise<void> {
  const steps = transcriptOf(sectionOf(page, heading))

  expect(steps.length).toBeGreaterThan(0)
  for (const { line, printed } of steps) {
    const { out } = await runCli(line, doorsTo(world))
    expect({ line, printed: out.trim() }).toEqual({ line, printed })
  }
}

function doorsTo({ directory, pool }: DirectoryWorld): Partial<Doors> {
  return {
    withDirectory: (_, work) => work(directory),
    explainReach: (_, question) =>
      explainReach({ source: createReachFactsSource(pool), policy, nowMs: NOON }, question),
    explainMessage: (_, question) =>
      explainMessage({ traces: createMessageTraces(pool), policy, nowMs: NOON }, question),
  }
}

/** Alice writes to her friends at noon: bob has muted the group, carol's provider is busy at first. */
async function publish(): Promise<void> {
  const { notifications } = world.directory
  await notifications.setConversation('bob', 'group/friends', { notify: 'mentions' })
  const message = aMessage({
    id: '0006447af2ad4c7ef44600000a3b0001',
    kind: 'group-message',
    to: undefined,
    gid: 'friends',
    from: 'alice',
    said: { appId: 'm-77' },
  })
  const client = await world.pool.connect()
  try {
    await writeMessages(client, [message], policy, NOON)
    await client.query(`
      insert into attempts (day, message_id, address_id, attempt, outcome, reason, retry_at, ended_at)
      select day, message_id, address_id, 1, 'unavailable', 'TooManyRequests', decided_at + interval '3s',
        decided_at + interval '1s' from deliveries where user_id = 'carol';
      update deliveries set state = 'sent', attempt = 2, provider_id = 'stub-1',
        finished_at = decided_at + interval '4s' where user_id = 'carol';
      update deliveries set state = 'withdrawn', reason = 'read', finished_at = decided_at + interval '2s'
        where user_id = 'dave'`)
  } finally {
    client.release()
  }
}
