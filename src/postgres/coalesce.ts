/** How questions are gathered into queries. */
export interface CoalesceLimits {
  /** Questions in one query. */
  readonly batchMax: number
  /** Queries under way at once. */
  readonly inFlightMax: number
  /** So many must wait before another query starts beside one that is under way. */
  readonly crowdMin: number
  /** A query that takes longer keeps nobody waiting any more. */
  readonly patienceMs: number
  /** Questions waiting for a query; more are refused, so that an outage can't fill the memory. */
  readonly waitingMax: number
}

/**
 * Two queries in flight keep Postgres busy while one answer is read; 256 rows answer within 5 ms. A
 * query by itself costs Postgres as much as eight questions do, so a few are not worth another one.
 */
export const COALESCE_LIMITS: CoalesceLimits = {
  batchMax: 256,
  inFlightMax: 2,
  crowdMin: 16,
  patienceMs: 20,
  waitingMax: 20_000,
}

/** Thrown to a question that found the queue full. */
export class QuestionsOverflow extends Error {
  constructor(waitingMax: number) {
    super(`more than ${waitingMax} questions are waiting for Postgres`)
    this.name = 'QuestionsOverflow'
  }
}

interface Waiting<Question, Answer> {
  readonly question: Question
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Lets questions that arrive while a query is under way share the next one (the DataLoader pattern).
 *
 * An answer is never older than its question: a query starts after every question in it was asked,
 * and nothing is kept between queries. `askAll` returns one answer per question, in order.
 */
export function coalesce<Question, Answer>(
  askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  limits: CoalesceLimits,
  observe: (batchSize: number) => void = () => {},
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = []
  let inFlight = 0
  let overdue = 0
  let isScheduled = false

  async function run(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    observe(batch.length)
    const stopWaiting = impatience()
    const settle = await askAll(batch.map((one) => one.question)).then(
      (answers) => () => resolveAll(batch, answers),
      (error) => () => rejectAll(batch, error),
    )
    stopWaiting()
    inFlight--
    // The next query is on its way to Postgres before the answers of this one are spelled.
    startMore()
    process.nextTick(settle)
  }

  /** Counts a query as overdue once it takes too long; returns how to stop that. */
  function impatience(): () => void {
    let isOverdue = false
    const timer = setTimeout(() => {
      isOverdue = true
      overdue++
      startMore()
    }, limits.patienceMs)
    return () => {
      clearTimeout(timer)
      if (isOverdue) overdue--
    }
  }

  function mayStart(): boolean {
    if (waiting.length === 0 || inFlight >= limits.inFlightMax) return false
    return inFlight === overdue || waiting.length >= limits.crowdMin
  }

  function startMore(): void {
    while (mayStart()) {
      const batch = waiting.slice(0, limits.batchMax)
      waiting = waiting.slice(limits.batchMax)
      inFlight++
      void run(batch)
    }
  }

  /** After the events of this turn, so that requests read from one packet go together. */
  function schedule(): void {
    if (isScheduled || !mayStart()) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      startMore()
    })
  }

  return (question) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.length >= limits.waitingMax) {
        reject(new QuestionsOverflow(limits.waitingMax))
        return
      }
      waiting.push({ question, resolve, reject })
      schedule()
    })
}

function resolveAll<Question, Answer>(
  batch: readonly Waiting<Question, Answer>[],
  answers: readonly Answer[],
): void {
  for (const [index, one] of batch.entries()) {
    const answer = answers[index]
    if (answer === undefined) one.reject(new Error('a question of a batch got no answer'))
    else one.resolve(answer)
  }
}

function rejectAll<Question, Answer>(
  batch: readonly Waiting<Question, Answer>[],
  error: unknown,
): void {
  for (const one of batch) one.reject(error)
}
