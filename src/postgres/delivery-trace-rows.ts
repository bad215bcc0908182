import type { AttemptTrace, DeliveryTrace } from '../core/reach/message-trace.ts'

/** Of a delivery `d` and its address `a`, as far as that is there. */
export const DELIVERY_COLUMNS = `
  d.address_id as "addressId", d.user_id as uid, d.device_id as "deviceId", a.channel,
  d.provider, d.state, d.reason, d.is_silent as "isSilent", d.is_late as "isLate", d.step,
  d.decided_at as "decidedAt", d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempt,
  d.carrier_id as "carrierId", d.provider_id as "providerId", d.finished_at as "finishedAt",
  d.delivered_at as "deliveredAt", d.opened_at as "openedAt", d.undelivered_at as "undeliveredAt",
  d.undelivered_reason as "undeliveredReason"`

/** Of one message, to the addresses $3; the newest last. */
export const ATTEMPTS = `
select address_id as "addressId", attempt, outcome, reason, retry_at as "retryAt", ended_at as "endedAt"
from attempts
where day = $1 and message_id = $2 and address_id = any ($3::bigint[])
order by address_id, attempt`

export type DeliveryRow = Nullable<Omit<DeliveryTrace, 'attempts' | 'prospect'>>

export interface AttemptRow extends Nullable<AttemptTrace> {
  readonly addressId: string
}

/** As Postgres has it: what is not there is null. */
type Nullable<Of> = {
  readonly [Key in keyof Of]: undefined extends Of[Key]
    ? Exclude<Of[Key], undefined> | null
    : Of[Key]
}

export function deliveryTrace(
  row: DeliveryRow,
  attempts: readonly AttemptRow[],
): Omit<DeliveryTrace, 'prospect'> {
  return {
    addressId: row.addressId,
    uid: row.uid,
    deviceId: row.deviceId ?? undefined,
    channel: row.channel ?? undefined,
    provider: row.provider,
    state: row.state,
    reason: row.reason ?? undefined,
    isSilent: row.isSilent,
    isLate: row.isLate,
    step: row.step,
    decidedAt: row.decidedAt,
    dueAt: row.dueAt,
    expiresAt: row.expiresAt,
    attempt: row.attempt,
    carrierId: row.carrierId === null ? undefined : digitsOf(row.carrierId),
    providerId: row.providerId ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
    deliveredAt: row.deliveredAt ?? undefined,
    openedAt: row.openedAt ?? undefined,
    undeliveredAt: row.undeliveredAt ?? undefined,
    undeliveredReason: row.undeliveredReason ?? undefined,
    attempts: attempts.map(({ addressId: _, ...attempt }) => ({
      ...attempt,
      reason: attempt.reason ?? undefined,
      retryAt: attempt.retryAt ?? undefined,
    })),
  }
}

/** As the broker writes it. */
export function digitsOf(uuid: string): string {
  return uuid.replaceAll('-', '')
}
