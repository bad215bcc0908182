import { type Lane, openLane, type Score } from './lane.ts'
import { createLatencies } from './latencies.ts'
import type { LoadPlan, LoadResult } from './load-plan.ts'
import type { RequestPool } from './request-pool.ts'

/** A server that answers nothing for so long is taken for broken. */
const STALL_MS = 15_000

/** A lane is filled up again when so much of it is answered: a write for each answer costs too much. */
const REFILL_SHARE = 0.1

/** How often a paced load looks at the clock. */
const TICK_MS = 1

/**
 * Puts a load on a server as EMQX does and returns what came of it. A closed loop (each answer makes
 * room for the next question) unless the plan is paced. Throws at the first answer that is wrong,
 * unreadable or missing.
 *
 * It shares its processor with the server under test, so the path of a question has nothing in it
 * but one write and one read of bytes made beforehand.
 */
export async function runLoad(plan: LoadPlan, pool: RequestPool): Promise<LoadResult> {
  if (pool.count < plan.connections) throw new Error('fewer questions than connections')
  const score: Score = { latencies: createLatencies(), answered: 0, allowed: 0 }
  const limit = plan.until.kind === 'count' ? plan.until.requests : Number.MAX_SAFE_INTEGER
  const run = createRun(plan, score, limit)
  const lanes = await Promise.all(
    Array.from({ length: plan.connections }, (_, index) =>
      openLane({
        port: plan.port,
        pool,
        from: share(pool.count, index, plan.connections),
        to: share(pool.count, index + 1, plan.connections),
        depth: plan.depth,
        // As many from each lane, so that a count as large as the pool asks each question once.
        questionsMax:
          share(limit, index + 1, plan.connections) - share(limit, index, plan.connections),
        isChecked: plan.verdicts === 'checked',
        score,
        onAnswers: run.onAnswers,
        onFault: run.onFault,
      }),
    ),
  )
  const cpu = process.cpuUsage()
  try {
    const { seconds, counted } = await run.start(lanes)
    return { ...figures(score, process.cpuUsage(cpu)), seconds, perSecond: counted / seconds }
  } finally {
    for (const lane of lanes) lane.close()
  }
}

/** Where part `index` of `parts` equal parts begins. */
function share(whole: number, index: number, parts: number): number {
  return Math.floor((whole * index) / parts)
}

interface Ended {
  readonly seconds: number
  /** Answers that came before the end; what was under way then is answered, but not counted. */
  readonly counted: number
}

function createRun(plan: LoadPlan, score: Score, limit: number) {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  const drive = plan.perSecond === undefined ? closedLoop(plan) : steady(plan.perSecond)
  let lanes: readonly Lane[] = []
  let timers: readonly NodeJS.Timeout[] = []
  let startedAt = 0
  let ended: Ended | undefined

  function end(): void {
    drive.stop()
    ended ??= { seconds: (performance.now() - startedAt) / 1_000, counted: score.answered }
    if (lanes.some((lane) => lane.underWay() > 0)) return
    stopTimers()
    resolve(ended)
  }
  function onFault(error: Error): void {
    stopTimers()
    reject(error)
  }
  function stopTimers(): void {
    drive.stop()
    for (const timer of timers) clearInterval(timer)
  }
  return {
    onAnswers(lane: Lane): void {
      if (ended !== undefined || score.answered >= limit) end()
      else drive.onAnswers(lane)
    },
    onFault,
    start(opened: readonly Lane[]): Promise<Ended> {
      lanes = opened
      startedAt = performance.now()
      timers = [watchForStall(score, onFault)]
      if (plan.until.kind === 'time') timers = [...timers, setTimeout(end, plan.until.ms)]
      drive.start(lanes)
      return promise
    },
  }
}

/** When questions are asked. */
interface Drive {
  start(lanes: readonly Lane[]): void
  onAnswers(lane: Lane): void
  stop(): void
}

/** Every lane is kept full: answers make room for the next questions. */
function closedLoop({ depth }: LoadPlan): Drive {
  const refill = Math.ceil(depth * REFILL_SHARE)
  return {
    start(lanes) {
      for (const lane of lanes) lane.ask(depth)
    },
    onAnswers(lane) {
      if (depth - lane.underWay() >= refill) lane.ask(depth)
    },
    stop: () => {},
  }
}

/** So many a second, by turns. Those that find every lane full are asked later. */
function steady(perSecond: number): Drive {
  let timer: NodeJS.Timeout | undefined
  return {
    start(lanes) {
      const startedAt = performance.now()
      let asked = 0
      timer = setInterval(() => {
        const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) - asked
        for (let turn = 0; turn < due; turn++) asked += lanes[asked % lanes.length]?.ask(1) ?? 0
      }, TICK_MS)
    },
    onAnswers: () => {},
    stop: () => clearInterval(timer),
  }
}

function watchForStall(score: Score, onFault: (error: Error) => void): NodeJS.Timeout {
  let seen = -1
  return setInterval(() => {
    if (score.answered === seen) onFault(new Error(`no answer in ${STALL_MS / 1_000} s`))
    seen = score.answered
  }, STALL_MS)
}

function figures({ latencies, answered, allowed }: Score, cpu: NodeJS.CpuUsage) {
  return {
    answered,
    allowed,
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
    maxMs: latencies.percentile(1),
    loadCpuUs: (cpu.user + cpu.system) / answered,
  }
}
