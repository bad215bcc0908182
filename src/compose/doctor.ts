import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { examineBroker } from '../broker/provisioning/examine-broker.ts'
import { publishProbe } from '../broker/provisioning/publish-probe.ts'
import type { Config } from '../config/config.ts'
import { type Diagnosis, diagnose } from '../core/doctor/diagnose.ts'
import { isEventPathWell } from '../core/doctor/event-path.ts'
import type {
  Examination,
  HeraldSetup,
  Looked,
  PostgresState,
  ProbeResult,
} from '../core/doctor/examination.ts'
import type { BrokerAccess } from '../core/ports/provisioning.ts'
import { StartFault } from '../core/start-fault.ts'
import { examinePostgres } from '../postgres/examine-postgres.ts'
import { createPool } from '../postgres/pool.ts'
import { awaitProbe } from '../postgres/probe-arrival.ts'
import { borrowPostgres } from './postgres.ts'
import { checkEntries, type ProviderDesk } from './provider-commands.ts'

export interface DoctorRequest {
  readonly desk: ProviderDesk
  /** Undefined where no management API is configured. */
  readonly access: BrokerAccess | undefined
  /** Where the broker reaches Herald, if that is known. */
  readonly heraldUrl: string | undefined
  readonly probePatienceMs: number
}

/** Asks the broker, PostgreSQL, the providers and the configuration, and says what is wrong. */
export async function consultDoctor(request: DoctorRequest): Promise<readonly Diagnosis[]> {
  const { desk, access } = request
  const providers = checkEntries(desk, undefined)
  const broker = access === undefined ? NO_BROKER : examineBroker(access)
  const beside = { broker: await broker, herald: heraldSetup(request), providers: await providers }
  return diagnose({ ...beside, ...(await examineDatabase(request, beside)) })
}

const NO_BROKER: Looked<never> = { kind: 'skipped', why: 'HERALD_EMQX_API_URL is not set' }

function heraldSetup({ desk, heraldUrl }: DoctorRequest): HeraldSetup {
  const { hooks, access, late }: Config = desk.config
  return {
    secrets: hooks.secrets,
    deadlineMs: hooks.deadlineMs,
    strangers: access.strangers,
    hasLatePush: late.isOn,
    url: heraldUrl,
  }
}

type Beside = Omit<Examination, 'postgres' | 'probe'>

async function examineDatabase(
  request: DoctorRequest,
  beside: Beside,
): Promise<Pick<Examination, 'postgres' | 'probe'>> {
  const { config, log } = request.desk
  try {
    const { address, close } = await borrowPostgres(config, log)
    const pool = createPool(address, { name: 'herald doctor', max: 1 }, log)
    try {
      const postgres = await stateOf(pool)
      const probe = await probeBy(pool, request, { ...beside, postgres, probe: NOT_YET })
      return { postgres, probe }
    } finally {
      await pool.end()
      await close()
    }
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    const postgres = failed(error.message, 'Then run "herald doctor" again.')
    return { postgres, probe: NOT_YET }
  }
}

async function stateOf(pool: Pool): Promise<Looked<PostgresState>> {
  try {
    return { kind: 'seen', value: await examinePostgres(pool, Date.now) }
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error)
    return failed(`PostgreSQL does not answer (${reason}).`, 'Start it, or correct DATABASE_URL.')
  }
}

const NOT_YET: Looked<never> = { kind: 'skipped', why: 'something else is in its way' }

/** What the topic's writer is called, who is nobody; the reader's name is a new one each time. */
const PROBER = 'herald-doctor'

async function probeBy(
  pool: Pool,
  { access, probePatienceMs }: DoctorRequest,
  examination: Examination,
): Promise<Looked<ProbeResult>> {
  // What is known to be wrong with the way of events needs no proof by a message that does not come.
  if (access === undefined || !isEventPathWell(examination)) return NOT_YET
  const reader = `${PROBER}-${randomBytes(8).toString('hex')}`
  const refusal = await publishProbe(access, `user/${reader}/inbox/${PROBER}`)
  if (refusal !== undefined) {
    return failed(
      `The broker does not publish a message for us (${refusal}).`,
      'Give the API key the right to publish.',
    )
  }
  const arrivedAfterMs = await awaitProbe(pool, `user/${reader}`, probePatienceMs)
  return { kind: 'seen', value: { arrivedAfterMs, waitedMs: probePatienceMs } }
}

function failed(problem: string, remedy: string): Looked<never> {
  return { kind: 'failed', problem, remedy }
}
