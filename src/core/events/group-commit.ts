/** What a unit weighs; an item is an event. */
export interface Weight {
  readonly items: number
  readonly bytes: number
}

export interface GroupCommitLimits {
  /** In one transaction; a unit that is larger by itself goes alone. */
  readonly batchMax: Weight
  /** Transactions under way at once. */
  readonly inFlightMax: number
  /** So many items must wait before another transaction starts beside one that is under way. */
  readonly crowdMin: number
  /** A transaction that takes longer keeps nobody waiting any more. */
  readonly patienceMs: number
  /** Waiting for a transaction; what does not fit is refused, so that an outage can't fill the memory. */
  readonly waitingMax: Weight
}

/**
 * Two keep Postgres busy while Node reads the next; 512 events commit within some 10 ms. A transaction by
 * itself costs as much as two dozen messages in it do, so a few are not worth another one.
 */
export const EVENT_LIMITS: GroupCommitLimits = {
  batchMax: { items: 512, bytes: 8_388_608 },
  inFlightMax: 2,
  crowdMin: 48,
  patienceMs: 20,
  waitingMax: { items: 20_000, bytes: 33_554_432 },
}

/** Thrown to who can't be taken in now: too many wait, or Postgres is away. */
export class IntakeBusy extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'IntakeBusy'
  }
}

interface Waiting<Unit> {
  readonly unit: Unit
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Lets units that arrive while a transaction is under way share the next one; each is answered after
 * its own commit.
 *
 * A commit that fails fails all who wait: Postgres is away. Until one succeeds, only one is tried at a
 * time, and who comes meanwhile is refused at once.
 */
export function createGroupCommit<Unit extends Weight>(
  commit: (units: readonly Unit[]) => Promise<void>,
  limits: GroupCommitLimits,
): (unit: Unit) => Promise<void> {
  let waiting: Waiting<Unit>[] = []
  let weight: Weight = NOTHING
  let inFlight = 0
  let overdue = 0
  let isScheduled = false
  let isAway = false

  async function run(batch: readonly Waiting<Unit>[]): Promise<void> {
    const stopWaiting = impatience()
    try {
      await commit(batch.map((one) => one.unit))
      isAway = false
      for (const one of batch) one.resolve()
    } catch (error) {
      isAway = true
      for (const one of batch) one.reject(error)
      for (const one of take(waiting.length)) one.reject(error)
    } finally {
      stopWaiting()
      inFlight--
      startMore()
    }
  }

  /** Counts a transaction as overdue once it takes too long; returns how to stop that. */
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
    if (waiting.length === 0 || inFlight >= (isAway ? 1 : limits.inFlightMax)) return false
    return inFlight === overdue || weight.items >= limits.crowdMin
  }

  function startMore(): void {
    while (mayStart()) {
      inFlight++
      void run(take(countFitting(waiting, limits.batchMax)))
    }
  }

  function take(count: number): readonly Waiting<Unit>[] {
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    weight = taken.reduce((rest, { unit }) => minus(rest, unit), weight)
    return taken
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

  return (unit) =>
    new Promise<void>((resolve, reject) => {
      const hindrance = hindranceOf(unit)
      if (hindrance !== undefined) return reject(new IntakeBusy(hindrance))
      waiting.push({ unit, resolve, reject })
      weight = plus(weight, unit)
      schedule()
    })

  function hindranceOf(unit: Unit): string | undefined {
    if (isAway && inFlight > 0) return 'Postgres is away'
    const { items, bytes } = plus(weight, unit)
    const { waitingMax } = limits
    // One that is larger than the bound is let in where nobody else waits.
    if (waiting.length === 0) return undefined
    return items > waitingMax.items || bytes > waitingMax.bytes ? 'too many wait' : undefined
  }
}

const NOTHING: Weight = { items: 0, bytes: 0 }

function plus(a: Weight, b: Weight): Weight {
  return { items: a.items + b.items, bytes: a.bytes + b.bytes }
}

function minus(a: Weight, b: Weight): Weight {
  return { items: a.items - b.items, bytes: a.bytes - b.bytes }
}

/** How many of the first fit into a batch, and one at least. */
function countFitting(waiting: readonly { readonly unit: Weight }[], max: Weight): number {
  let sum = NOTHING
  for (const [index, { unit }] of waiting.entries()) {
    sum = plus(sum, unit)
    if (index > 0 && (sum.items > max.items || sum.bytes > max.bytes)) return index
  }
  return waiting.length
}
