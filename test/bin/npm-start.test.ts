import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'
import { startServe } from '../support/serve-process.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

// Whole processes, which a busy machine takes long to start.
vi.setConfig({ testTimeout: 120_000 })

it('npm hands a SIGTERM on to Herald, which stops its Postgres too', async () => {
  const dataDir = await scratchFolder()
  const env = { HERALD_DATA_DIR: dataDir }
  const herald = startServe(dataDir, env, ['npm', '--prefix', CHECKOUT, 'start'])
  const url = await herald.url
  expect((await fetch(`${url}/readyz`)).status).toBe(200)

  herald.signal('SIGTERM')

  // Its output ends when Herald does, which would live on if only the shell between them had ended.
  expect(await herald.ended).toMatchObject({ code: 0 })
  expect(await herald.logs('stopped')).toBeDefined()
  await expect(access(join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT')
})
