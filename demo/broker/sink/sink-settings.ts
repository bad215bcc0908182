import type { BrokerEvent } from '../events/broker-event.ts'
import { isForHerald } from './selected-events.ts'

/** Where events are sent, as by a rule of EMQX 5 with an HTTP action. */
export interface SinkOptions {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Which events are sent; ours are those that `emqx/5/herald.conf` selects. */
  readonly selects?: (event: BrokerEvent) => boolean
  /** `all` is `SELECT *`; `chosen` are those columns that Herald reads, with the payload in base64. */
  readonly columns?: 'all' | 'chosen'
  /** Connections. With one, events arrive in order unless one is repeated. */
  readonly poolSize?: number
  /** Requests under way on one connection. */
  readonly pipelining?: number
  /** Requests under way in all: EMQX's `inflight_window`. */
  readonly inflightMax?: number
  /** Beyond it the oldest events go. */
  readonly bufferBytesMax?: number
  /** How old an event may become before it is thrown away: EMQX's `request_ttl`. */
  readonly ttlMs?: number
  /** Statuses after which an event is sent again. EMQX 5.3 takes 429 alone. */
  readonly retriedStatuses?: readonly number[]
  /** How often an event is sent again at once: EMQX's `max_retries`. */
  readonly retriesAtOnce?: number
  /** How long everything then waits for the next try: EMQX's `resume_interval`. */
  readonly resumeMs?: number
  /** How long a broker that closes waits for what is buffered. EMQX forgets it. */
  readonly closeWaitMs?: number
}

export type SinkSettings = Readonly<Required<SinkOptions>>

export function withSinkDefaults(options: SinkOptions): SinkSettings {
  return {
    headers: {},
    selects: isForHerald,
    columns: 'chosen',
    poolSize: 1,
    pipelining: 100,
    inflightMax: 100,
    bufferBytesMax: 268_435_456,
    ttlMs: 45_000,
    retriedStatuses: [429, 503],
    retriesAtOnce: 2,
    resumeMs: 2_000,
    closeWaitMs: 0,
    ...options,
  }
}
