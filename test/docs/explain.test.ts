import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Doors } from '../../src/cli/doors.ts'
import { composeTopicAccess } from '../../src/compose/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { explainTopic } from '../../src/core/access/explain-topic.ts'
import { runCli } from '../cli/cli-world.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { readPage, sectionOf, transcriptOf } from './pages.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
afterAll(() => world.close())

describe('docs/topics.md', () => {
  it('shows what the commands print, one after the other, in a seeded world', async () => {
    const doors = doorsTo(world)
    await runCli('seed', doors)
    const steps = transcriptOf(sectionOf(readPage('docs/topics.md'), 'Why was that refused?'))

    expect(steps.length).toBeGreaterThan(4)
    for (const { line, printed } of steps) {
      expect({ line, printed: (await runCli(line, doors)).out.trim() }).toEqual({ line, printed })
    }
  })
})

function doorsTo({ directory, pool }: DirectoryWorld): Partial<Doors> {
  const access = composeTopicAccess(pool, loadConfig({ flags: {}, env: {}, envFile: {} }))
  return {
    withDirectory: (_, work) => work(directory),
    explainTopic: (_, question) => explainTopic(access, question),
  }
}
