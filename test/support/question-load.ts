import { type Asked, spell } from './flow-world.ts'
import { type DialectName, type Reading, readAnswer, wire } from './hook-wire.ts'
import { openRawHttp, type RawHttp } from './raw-http.ts'

export interface LoadQuestion {
  readonly dialect: DialectName
  readonly asked: Asked
  /** The right answer. */
  readonly isAllowed: boolean
}

/** A question with its answer; `closed` where the connection closed instead. */
export interface Answered extends LoadQuestion {
  readonly reading: Reading | 'closed'
  /** What the load was in while it was asked and until it was answered; undefined where that changed. */
  readonly phase: string | undefined
  readonly askedAt: number
  readonly tookMs: number
}

export interface PhaseCount {
  readonly questions: number
  /** `emqx5 yes → deny` and how often. */
  readonly readings: ReadonlyMap<string, number>
  readonly slowestMs: number
}

/** Questions in both dialects on pipelined connections, as many at once as a broker asks. */
export interface QuestionLoad {
  /** Names what is going on from now on. */
  enter(phase: string): void
  /** Resolves with the first answer, from now on, that `matches`. */
  until(matches: (answered: Answered) => boolean): Promise<Answered>
  /** Resolves when so many questions of the present phase have been answered. */
  answers(count: number): Promise<void>
  /** What was asked and answered within one phase, and what overlapped it under `undefined`. */
  count(phase: string | undefined): PhaseCount
  /** Every yes whose right answer was no. */
  readonly wrongAllows: readonly Answered[]
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly lanes: number
  /** Questions under way on each lane. */
  readonly depth: number
}

export function startLoad(
  url: string,
  right: readonly Asked[],
  wrong: readonly Asked[],
  { lanes, depth }: LoadOptions,
): QuestionLoad {
  const questions = mixed(right, wrong)
  const ledger = new Ledger()
  const turns = endless(questions)
  let isStopped = false

  async function work(lane: Lane): Promise<void> {
    for (const { request, ...question } of turns) {
      if (isStopped) return
      const askedAt = performance.now()
      const phase = ledger.phase
      const connection = await lane()
      const answer = await connection.ask(request)
      const tookMs = performance.now() - askedAt
      const reading = answer === undefined ? 'closed' : readAnswer(question.dialect, answer)
      ledger.add({ ...question, reading, phase, askedAt, tookMs })
    }
  }

  const working = Array.from({ length: lanes }, () => {
    const lane = createLane(url)
    return Promise.all(Array.from({ length: depth }, () => work(lane))).then(async () =>
      (await lane()).cut(),
    )
  })
  return {
    enter: (phase) => ledger.enter(phase),
    until: (matches) => ledger.until(matches),
    async answers(count) {
      let missing = count
      const { phase } = ledger
      await ledger.until((answered) => answered.phase === phase && --missing === 0)
    },
    count: (phase) => ledger.count(phase),
    wrongAllows: ledger.wrongAllows,
    async stop() {
      isStopped = true
      await Promise.all(working)
    },
  }
}

/** Shared by all that work, so it must not end with the first of them. */
function endless<Item>(items: readonly Item[]): Iterable<Item> {
  let next = 0
  return {
    *[Symbol.iterator]() {
      for (;;) yield* items.slice(next++ % items.length).slice(0, 1)
    },
  }
}

/** The lane's connection, a new one where the last was closed. */
type Lane = () => Promise<RawHttp>

function createLane(url: string): Lane {
  let connection: Promise<RawHttp> | undefined
  return async () => {
    connection ??= openRawHttp(url)
    if ((await connection).isClosed) connection = openRawHttp(url)
    return await connection
  }
}

function mixed(right: readonly Asked[], wrong: readonly Asked[]) {
  const dialects: readonly DialectName[] = ['emqx5', 'emqx4']
  const length = Math.max(right.length, wrong.length) * 2
  return Array.from({ length }, (_, index) => [
    { asked: right[index % right.length], isAllowed: true },
    { asked: wrong[index % wrong.length], isAllowed: false },
  ])
    .flat()
    .flatMap(({ asked, isAllowed }) =>
      asked === undefined
        ? []
        : dialects.map((dialect) => ({
            dialect,
            asked,
            isAllowed,
            request: wire(spell(dialect, asked)),
          })),
    )
}

class Ledger {
  phase = 'start'
  readonly wrongAllows: Answered[] = []
  readonly #counts = new Map<
    string | undefined,
    { questions: number; slowestMs: number; readings: Map<string, number> }
  >()
  readonly #watchers = new Set<(answered: Answered) => void>()

  enter(phase: string): void {
    this.phase = phase
  }

  add(asked: Answered): void {
    const phase = asked.phase === this.phase ? this.phase : undefined
    const answered = { ...asked, phase }
    const { dialect, isAllowed, reading, tookMs } = answered
    const count = this.#countOf(phase)
    const key = `${dialect} ${isAllowed ? 'yes' : 'no'} → ${reading}`
    count.questions++
    count.slowestMs = Math.max(count.slowestMs, tookMs)
    count.readings.set(key, (count.readings.get(key) ?? 0) + 1)
    if (!isAllowed && reading === 'allow') this.wrongAllows.push(answered)
    for (const look of this.#watchers) look(answered)
  }

  until(matches: (answered: Answered) => boolean): Promise<Answered> {
    return new Promise((resolve) => {
      const look = (answered: Answered) => {
        if (!matches(answered)) return
        this.#watchers.delete(look)
        resolve(answered)
      }
      this.#watchers.add(look)
    })
  }

  count(phase: string | undefined): PhaseCount {
    return this.#countOf(phase)
  }

  #countOf(phase: string | undefined) {
    const known = this.#counts.get(phase)
    if (known !== undefined) return known
    const count = { questions: 0, slowestMs: 0, readings: new Map<string, number>() }
    this.#counts.set(phase, count)
    return count
  }
}
