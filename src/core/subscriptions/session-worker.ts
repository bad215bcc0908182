import { randomUUID } from 'node:crypto'
import type { ProviderWatch } from '../delivery/provider-watch.ts'
import type { SendOutcome } from '../delivery/send-outcome.ts'
import type { DeliveryLog } from '../ports/delivery-ports.ts'
import type {
  CacheClearing,
  SessionResult,
  SessionStore,
  SessionTask,
} from '../ports/session-ports.ts'
import { retryMs, type SessionPolicy } from './session-policy.ts'
import { createSettler, type Settler } from './session-settler.ts'
import { type Tended, type TendingParts, tendSession } from './tend-session.ts'

/** Brings sessions at the broker to what they have to be. Any number of them share the work. */
export interface SessionWorker {
  /** Something may be due. Does not throw. */
  ring(): void
  /** Waits for the calls under way. */
  stop(): Promise<void>
}

export interface SessionWorkerParts extends TendingParts {
  readonly store: SessionStore
  readonly caches: CacheClearing
  /** Of the broker's API. */
  readonly watch: ProviderWatch
  readonly policy: TendingParts['policy']
  readonly work: SessionPolicy
  /** The broker answers again after an outage. */
  readonly onBack: () => void
  readonly log: DeliveryLog
  readonly now: () => number
}

/** Two, so that one slow session at the end of a claim keeps nobody waiting. */
const DRAINS_MAX = 2

export function createSessionWorker(parts: SessionWorkerParts): SessionWorker {
  const { log, work } = parts
  const running = new Set<Promise<void>>()
  let isRung = false
  let isStopping = false

  function ring(): void {
    isRung = true
    if (isStopping || running.size >= DRAINS_MAX) return
    const drain = drainAll()
      .catch((err: unknown) => log.warn({ err }, 'sessions could not be tended'))
      .finally(() => running.delete(drain))
    running.add(drain)
  }

  async function drainAll(): Promise<void> {
    while (!isStopping && (await mayCall(parts))) {
      isRung = false
      await clearCaches(parts)
      const claimed = await claimAndTend(parts, () => isStopping, later)
      if (claimed === 0 || (claimed < work.claimMax && !isRung)) return
    }
  }

  /** Rounds come once a second; what has been tried just now may be sooner. */
  function later(afterMs: number): void {
    if (afterMs < 1_000) setTimeout(ring, afterMs).unref()
  }

  return {
    ring,
    async stop() {
      isStopping = true
      await Promise.allSettled(running)
    },
  }
}

/** Where the broker was away, one question finds out whether it is back. */
async function mayCall({ watch, control, work, onBack }: SessionWorkerParts): Promise<boolean> {
  const gate = await watch.gate()
  if (gate !== 'probe') return gate === 'closed'
  if (!watch.mayCall()) return false
  const { kind } = await control.capabilities(AbortSignal.timeout(work.taskMs))
  await watch.note(outcomeOf(kind), '')
  if (kind !== 'done') return false
  onBack()
  return true
}

async function clearCaches({ caches, control, work, watch }: SessionWorkerParts): Promise<void> {
  const claim = await caches.take(work.leaseMs)
  if (claim === undefined) return
  const { kind } = await control.clearTopicCaches(AbortSignal.timeout(work.taskMs))
  await watch.note(outcomeOf(kind), '')
  if (kind === 'done' || kind === 'absent') await caches.done(claim)
}

/** Returns how many were due. */
async function claimAndTend(
  parts: SessionWorkerParts,
  isStopping: () => boolean,
  later: (afterMs: number) => void,
): Promise<number> {
  const { store, work, now, log } = parts
  const lease = randomUUID()
  // What starts then at the latest ends while the lease holds.
  const startBy = now() + work.leaseMs - work.taskMs
  const tasks = await store.claim(lease, work.claimMax, work.leaseMs)
  if (tasks.length === 0) return 0
  const settler = createSettler((settlements) => store.settle(lease, settlements), log)
  const queue = tasks.values()
  const mayStart = () => !isStopping() && now() < startBy
  const lanes = Array.from({ length: Math.max(1, Math.ceil(work.lanes / DRAINS_MAX)) }, () =>
    walkLane(parts, { queue, settler, mayStart, later }),
  )
  await Promise.all(lanes)
  await settler.end()
  return tasks.length
}

interface Lane {
  readonly queue: Iterable<SessionTask>
  readonly settler: Settler
  readonly mayStart: () => boolean
  readonly later: (afterMs: number) => void
}

async function walkLane(
  parts: SessionWorkerParts,
  { queue, settler, mayStart, later }: Lane,
): Promise<void> {
  for (const task of queue) {
    const { clientId, version } = task
    const result = await tendOne(parts, task, mayStart)
    settler.put({ clientId, version, result })
    if (result.kind === 'retry') later(result.afterMs)
  }
}

const RELEASED: SessionResult = { kind: 'released' }

async function tendOne(
  parts: SessionWorkerParts,
  task: SessionTask,
  mayStart: () => boolean,
): Promise<SessionResult> {
  const { watch, work, log } = parts
  if (!mayStart() || !watch.mayCall()) return RELEASED
  try {
    const tended = await tendSession(parts, task, AbortSignal.timeout(work.taskMs))
    await watch.note(outcomeOf(tended.kind), task.uid)
    return resultOf(tended, task, work)
  } catch (err) {
    log.warn({ err, clientId: task.clientId }, 'session could not be tended')
    return { kind: 'retry', afterMs: retryMs(work.retryFirstMs, task.attempts, work) }
  }
}

function resultOf(tended: Tended, task: SessionTask, work: SessionPolicy): SessionResult {
  const { attempts } = task
  switch (tended.kind) {
    case 'done':
      return tended.result
    case 'absent':
      if (!task.isOnline) return { kind: 'absent' }
      return { kind: 'retry', afterMs: retryMs(work.absentFirstMs, attempts, work) }
    case 'unavailable':
      return {
        kind: 'retry',
        afterMs: tended.retryAfterMs ?? retryMs(work.retryFirstMs, attempts, work),
      }
    case 'refused':
      return { kind: 'retry', afterMs: work.retryMaxMs }
  }
}

/** One session that the broker takes offence at says nothing of the others, so only masses count. */
function outcomeOf(kind: Tended['kind']): SendOutcome {
  if (kind === 'done' || kind === 'absent') return { kind: 'accepted', providerId: '' }
  return { kind: 'unavailable', reason: `the broker's API: ${kind}` }
}
