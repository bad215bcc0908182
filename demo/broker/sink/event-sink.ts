import type { Clock } from '../clock.ts'
import type { BrokerEvent } from '../events/broker-event.ts'
import { createEventBuffer, type EventBuffer, type Parcel } from './event-buffer.ts'
import { createEventPost, type EventPost, type PostResult } from './event-post.ts'
import { writeRow } from './event-rows.ts'
import type { SinkSettings } from './sink-settings.ts'

/** What has become of the events. */
export interface SinkCounts {
  /** Answered with 2xx. */
  readonly delivered: number
  /** Answered with a status that EMQX gives up on. */
  readonly lost: number
  /** Older than they may become. */
  readonly expired: number
  /** The oldest, where there was no room. */
  readonly dropped: number
}

/**
 * Sends events by HTTP, and loses them where EMQX would: one of its buffer workers with the
 * connections behind it.
 */
export class EventSink {
  readonly #settings: SinkSettings
  readonly #clock: Clock
  readonly #buffer: EventBuffer
  readonly #post: EventPost
  readonly #counts = { delivered: 0, lost: 0, expired: 0, dropped: 0 }
  /** In the order in which they failed; while there is one, everything else waits. */
  readonly #failed: Parcel[] = []
  readonly #watchers = new Set<() => void>()
  #underWay = 0
  #isClosed = false

  constructor(settings: SinkSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    this.#buffer = createEventBuffer(settings.bufferBytesMax)
    this.#post = createEventPost(settings, clock)
  }

  get counts(): SinkCounts {
    return this.#counts
  }

  put(event: BrokerEvent): void {
    const { selects, columns, ttlMs } = this.#settings
    if (this.#isClosed || !selects(event)) return
    const request = this.#post.write(writeRow(event, columns))
    this.#counts.dropped += this.#buffer.put({ request, expiresAt: this.#clock.now() + ttlMs })
    this.#pump()
  }

  /** Loses what waits, as a node does that dies: EMQX's buffer is in memory. */
  forget(): void {
    while (this.#buffer.take() !== undefined) this.#counts.dropped++
    this.#pump()
  }

  /** Resolves when nothing waits and nothing is under way. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#isIdle()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  /** Waits for what is buffered, as long as it may. */
  async close(): Promise<void> {
    const { closeWaitMs } = this.#settings
    if (closeWaitMs > 0 && !this.#isClosed) {
      const over = new Promise<void>((resolve) => void this.#clock.after(closeWaitMs, resolve))
      await Promise.race([this.settled(), over])
    }
    this.#isClosed = true
    this.#post.close()
  }

  #pump(): void {
    while (this.#failed.length === 0 && this.#underWay < this.#settings.inflightMax) {
      const parcel = this.#isClosed ? undefined : this.#buffer.take()
      if (parcel === undefined) break
      void this.#send(parcel)
    }
    for (const look of this.#watchers) look()
  }

  async #send(parcel: Parcel): Promise<void> {
    this.#underWay++
    const fate = await this.#deliver(parcel, 1 + this.#settings.retriesAtOnce)
    this.#underWay--
    if (fate !== 'retry') this.#counts[fate]++
    else if (this.#failed.push(parcel) === 1) this.#resumeLater()
    this.#pump()
  }

  #resumeLater(): void {
    if (!this.#isClosed) this.#clock.after(this.#settings.resumeMs, () => void this.#resume())
  }

  /** Tries what has failed, one after another and each once, until one fails again. */
  async #resume(): Promise<void> {
    for (let parcel = this.#failed[0]; parcel !== undefined; parcel = this.#failed[0]) {
      const fate = await this.#deliver(parcel, 1)
      if (fate === 'retry') return this.#resumeLater()
      this.#failed.shift()
      this.#counts[fate]++
    }
    this.#pump()
  }

  async #deliver(parcel: Parcel, attempts: number): Promise<Fate | 'retry'> {
    for (let attempt = 1; ; attempt++) {
      if (parcel.expiresAt <= this.#clock.now()) return 'expired'
      const fate = fateOf(await this.#post.send(parcel), this.#settings)
      if (fate !== 'retry' || attempt === attempts || this.#isClosed) return fate
    }
  }

  #isIdle(): boolean {
    return this.#buffer.size === 0 && this.#underWay === 0 && this.#failed.length === 0
  }
}

type Fate = Exclude<keyof SinkCounts, 'dropped'>

/** As measured: some statuses are tried again, and everything else that is no 2xx loses the event. */
function fateOf(result: PostResult, { retriedStatuses }: SinkSettings): Fate | 'retry' {
  if (result === 'expired') return 'expired'
  if (result === 'closed' || retriedStatuses.includes(result)) return 'retry'
  return result >= 200 && result < 300 ? 'delivered' : 'lost'
}
