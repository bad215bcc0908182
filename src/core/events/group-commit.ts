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
  /** Waiting for a transaction; what does not fit is refused, so that an outage can't fill the memory. */
  readonly waitingMax: Weight
}

/** Two keep Postgres busy while Node reads the next; 512 events commit within some 10 ms. */
export const EVENT_LIMITS: GroupCommitLimits = {
  batchMax: { items: 512, bytes: 8_388_608 },
  inFlightMax: 2,
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
  let isScheduled = false
  let isAway = false

  async function run(batch: readonly Waiting<Unit>[]): Promise<void> {
    try {
      await commit(batch.map((one) => one.unit))
      isAway = false
      for (const one of batch) one.resolve()
    } catch (error) {
      isAway = true
      for (const one of batch) one.reject(error)
      for (const one of take(waiting.length)) one.reject(error)
    } finally {
      inFlight--
      startMore()
    }
  }

  function startMore(): void {
    while (inFlight < (isAway ? 1 : limits.inFlightMax) && waiting.length > 0) {
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
    if (isScheduled || inFlight >= limits.inFlightMax) return
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
