import type { ClaimedDelivery, DeliveryKey, Settlement } from '../delivery/claimed-delivery.ts'

/** The rows are the truth about deliveries: whoever holds the lease of one may send it, nobody else. */
export interface DeliveryStore {
  /** Takes due deliveries, `limit` at most but for mails, and those whose lease has passed. `lease` is a UUID, new for each claim. */
  claim(claim: DeliveryClaim): Promise<readonly ClaimedDelivery[]>
  /** Returns those that are still held. */
  extend(
    lease: string,
    keys: readonly DeliveryKey[],
    untilMs: number,
  ): Promise<readonly DeliveryKey[]>
  /** Writes what has become of deliveries that are still held, and returns those that are not. */
  settle(lease: string, settlements: readonly Settlement[]): Promise<readonly Settlement[]>
}

export interface DeliveryClaim {
  readonly provider: string
  readonly lease: string
  readonly limit: number
  readonly nowMs: number
  readonly leaseEndsAt: number
  /** Whether the provider carries mails, which gather: with one all of its mailbox are taken. */
  readonly hasMails: boolean
}

/** Providers that are not called for now. */
export interface CircuitStore {
  find(provider: string): Promise<Circuit | undefined>
  /** Keeps the time of one that is open already. */
  open(provider: string, circuit: Circuit): Promise<void>
  /** True for the one who may try the provider; everybody else waits until `nextProbeAt`. */
  takeProbe(provider: string, circuit: Circuit, nextProbeAt: number): Promise<boolean>
  close(provider: string): Promise<void>
  /** Lets an open one be tried at once: the provider may have been mended. */
  hurry(provider: string, nowMs: number): Promise<void>
}

export interface Circuit {
  readonly openedAt: number
  readonly probeAt: number
  readonly reason: string
}

/** What is counted of deliveries. */
export interface DeliveryMeter {
  /** `outcome` is from a closed list: `DELIVERY_OUTCOMES`. */
  settled(provider: string, outcome: DeliveryOutcome, count?: number): void
  /** A call to a provider has ended. */
  called(provider: string, durationMs: number): void
  /** How long after its decision a notification was accepted. */
  accepted(provider: string, sinceDecisionMs: number): void
}

/** `lost`: another worker holds it by now, or Postgres did not take the outcome. */
export const DELIVERY_OUTCOMES = [
  'sent',
  'failed',
  'expired',
  'withdrawn',
  'retried',
  'deferred',
  'kept',
  'released',
  'lost',
] as const

export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number]

/** The log as the core needs it. */
export interface DeliveryLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What waits at a provider. */
export interface QueueGauge {
  readonly provider: string
  readonly open: number
  /** For how long the oldest has waited beyond its time. */
  readonly overdueMs: number
  readonly isCircuitOpen: boolean
}
