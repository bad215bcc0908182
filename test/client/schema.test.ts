import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { openApiWorld } from '../support/api-world.ts'

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url))

/** A program of the workspace, which has a TypeScript of its own. */
const run = (program: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(CLIENT, 'node_modules', program), ...args], {
    cwd: CLIENT,
  })

async function generated(): Promise<string> {
  const world = await openApiWorld()
  await world.close()
  const folder = await mkdtemp(join(tmpdir(), 'herald-client-'))
  const [document, types] = [join(folder, 'openapi.json'), join(folder, 'schema.d.ts')]
  await writeFile(document, JSON.stringify(world.document))
  await run('openapi-typescript/bin/cli.js', document, '--output', types)
  const text = await readFile(types, 'utf8')
  await rm(folder, { recursive: true })
  return text
}

describe('the client', () => {
  // `npm run client` writes it.
  it('has the types of the document', async () => {
    await expect(await generated()).toMatchFileSnapshot(join(CLIENT, 'schema.d.ts'))
  })

  it('compiles, and lets nothing through that the document does not have', async () => {
    // It says what is wrong on its standard output.
    const { stdout } = await run('typescript/bin/tsc', '--project', CLIENT).catch((error) => error)

    expect(stdout).toBe('')
  })
})
