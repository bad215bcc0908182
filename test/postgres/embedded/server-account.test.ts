import { spawnSync } from 'node:child_process'
import { chown, cp, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chooseAccount } from '../../../src/postgres/embedded/choose-account.ts'
import { prepareDataFolder } from '../../../src/postgres/embedded/data-folder.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/postgres/embedded/embedded-postgres.ts'
import {
  findPostgresPrograms,
  type PostgresPrograms,
} from '../../../src/postgres/embedded/postgres-programs.ts'
import { reachServer } from '../../../src/postgres/embedded/reach-server.ts'
import { leaveSeat } from '../../../src/postgres/embedded/stop-server.ts'
import { startHeraldProcess } from './herald-process.ts'
import { discardFolder, makeFolder, scratchFolder } from './scratch-folder.ts'

const QUIET = { info() {}, warn() {} }
const OWN_UID = 65521
const NAMELESS = 65522
const NOBODY = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout)

/** Linux numbers capabilities in include/uapi/linux/capability.h. */
const DAC_OVERRIDE = 1n << 1n
const DAC_READ_SEARCH = 1n << 2n

const isRoot = process.getuid?.() === 0
const SETPRIV = 'setpriv'
const hasSetpriv = spawnSync(SETPRIV, ['--version']).status === 0
/** Whether others than root may use this very checkout. */
const isOpen = isRoot && spawnSync(process.execPath, ['--version'], { uid: NOBODY }).status === 0

/** What Linux says about a process: `Uid`, `CapEff`. */
async function readStatus(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return new Map(
    text.split('\n').map((line) => [line.split(':')[0] ?? '', line.split('\t')[1] ?? '']),
  )
}

async function capabilitiesOf(pid: number): Promise<bigint> {
  return BigInt(`0x${(await readStatus(pid)).get('CapEff')}`)
}

describe.skipIf(!isRoot || !hasSetpriv)('root (skipped for others, and without setpriv)', () => {
  /** Has a cluster already. */
  let original: string

  beforeAll(async () => {
    original = await makeFolder()
    await (await start(original)).stop()
  })
  afterAll(() => discardFolder(original))

  async function start(dataDir: string): Promise<EmbeddedPostgres> {
    return await startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
  }

  /** A copy of the data in a folder that nobody but root may enter. */
  async function privateFolder(): Promise<string> {
    const parent = join(await scratchFolder('private/herald'), 'private')
    await mkdir(parent, { mode: 0o700 })
    await cp(original, join(parent, 'herald'), { recursive: true })
    return join(parent, 'herald')
  }

  it.runIf(isOpen)('has the server run as a user of its own, without any privilege', async () => {
    const postgres = await start(original)
    onTestFinished(() => postgres.stop())

    expect((await readStatus(postgres.pid)).get('Uid')).toBe(String(OWN_UID))
    expect(await capabilitiesOf(postgres.pid)).toBe(0n)
  })

  it.runIf(isOpen)('lets the server pass private folders, with the least privilege', async () => {
    const least = (await capabilitiesOf(process.pid)) & DAC_READ_SEARCH || DAC_OVERRIDE

    const postgres = await start(await privateFolder())

    onTestFinished(() => postgres.stop())
    expect((await readStatus(postgres.pid)).get('Uid')).toBe(String(OWN_UID))
    expect(await capabilitiesOf(postgres.pid)).toBe(least)
  })

  it('makes data and runs with programs that are private themselves, as umask 077 leaves them', async () => {
    const folder = await scratchFolder()
    const programs = await copyPrivately(await findPostgresPrograms(), join(folder, 'private'))
    const cluster = join(folder, 'postgres')
    const account = await chooseAccount(programs, cluster)
    const logFile = join(folder, 'postgres.log')
    const plan = { programs, account, cluster, logFile, durable: false, settings: {} }

    await prepareDataFolder(plan)
    const { seat } = await reachServer(plan)

    onTestFinished(() => leaveSeat(plan, seat, QUIET))
    expect(await capabilitiesOf(seat.postmaster.pid)).toBe(DAC_OVERRIDE)
  })

  it('starts the server in a private folder, wherever this checkout is', async () => {
    const postgres = await start(await privateFolder())
    onTestFinished(() => postgres.stop())

    expect((await readStatus(postgres.pid)).get('Uid')).toBe(String(OWN_UID))
  })

  it('hands data that belongs to root over to the server', async () => {
    const dataDir = await scratchFolder()
    await cp(original, dataDir, { recursive: true })
    await chown(join(dataDir, 'postgres'), 0, 0)

    const postgres = await start(dataDir)

    onTestFinished(() => postgres.stop())
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(OWN_UID)
  })

  it('says so where the server can be given no way through', async () => {
    const powerless = '--bounding-set=-all,+chown,+setuid,+setgid,+kill'
    const dataDir = await privateFolder()

    const { said } = await startHeraldProcess(dataDir, [SETPRIV, powerless, '--'])

    expect(said.fault).toContain(`PostgreSQL refuses to run as root, and user ${OWN_UID} can't use`)
    expect(said.fault).toContain('set DATABASE_URL')
  })
})

async function copyPrivately(programs: PostgresPrograms, to: string): Promise<PostgresPrograms> {
  const native = dirname(dirname(programs.postgres))
  await cp(native, to, { recursive: true, verbatimSymlinks: true })
  spawnSync('chmod', ['-R', 'go=', to])
  const moved = (path: string) => path.replace(native, to)
  return {
    initdb: moved(programs.initdb),
    postgres: moved(programs.postgres),
    catalog: moved(programs.catalog),
  }
}

describe.skipIf(!isOpen || !hasSetpriv)(
  'an ordinary user (skipped unless root may become one here)',
  () => {
    const as = (uid: number) => [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${uid}`,
      '--clear-groups',
      '--',
    ]

    it('owns the data, which root uses as them later', async () => {
      const dataDir = await scratchFolder()
      await chown(dataDir, NOBODY, NOBODY)

      const herald = await startHeraldProcess(dataDir, as(NOBODY))

      expect(herald.said).toMatchObject({ adopted: false })
      await herald.stop()
      const later = await startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
      onTestFinished(() => later.stop())
      expect((await readStatus(later.pid)).get('Uid')).toBe(String(NOBODY))
    })

    it('is told where the data belongs to another user', async () => {
      const dataDir = await scratchFolder()
      await mkdir(join(dataDir, 'postgres'), { mode: 0o700 })

      const { said } = await startHeraldProcess(dataDir, as(NOBODY))

      expect(said.fault).toContain(`Herald can't use its data folder ${dataDir}/postgres`)
    })

    it('is told where the data folder cannot be made', async () => {
      const dataDir = join(await scratchFolder(), 'herald')

      const { said } = await startHeraldProcess(dataDir, as(NOBODY))

      expect(said.fault).toContain("Herald can't make its data folder")
    })

    it('is told that PostgreSQL wants a user with a name', async () => {
      const dataDir = await scratchFolder()
      await chown(dataDir, NAMELESS, NAMELESS)

      const { said } = await startHeraldProcess(dataDir, as(NAMELESS))

      expect(said.fault).toContain(`PostgreSQL needs a user with a name, and ${NAMELESS} has none`)
    })
  },
)
