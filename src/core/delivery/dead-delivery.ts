import { DomainError } from '../domain-error.ts'
import type { DeadDeliveryStore } from '../ports/dead-deliveries.ts'
import type { DeliveryKey } from './claimed-delivery.ts'
import { MENDABLE_STATES } from './dead-states.ts'
import { writeDeliveryRef } from './delivery-ref.ts'

/** Has one sent again, as if it had been decided now; until `expiresAt`, where that is given. */
export async function redrive(
  deliveries: DeadDeliveryStore,
  key: DeliveryKey,
  expiresAt: number | undefined,
  nowMs: number,
): Promise<void> {
  const found = await mendable(deliveries, key)
  if (expiresAt === undefined && found.expiresAt.getTime() <= nowMs) {
    const message = `it has expired at ${found.expiresAt.toISOString()}: give it another expiresAt`
    throw new DomainError('DELIVERY_EXPIRED', message, 'expiresAt')
  }
  await deliveries.redrive([key], expiresAt, nowMs)
}

/** Gives one up. */
export async function discard(deliveries: DeadDeliveryStore, key: DeliveryKey): Promise<void> {
  await mendable(deliveries, key)
  await deliveries.discard([key])
}

async function mendable(deliveries: DeadDeliveryStore, key: DeliveryKey) {
  const found = await deliveries.lock(key)
  if (found === undefined) throw deliveryNotFound(writeDeliveryRef(key))
  if (MENDABLE_STATES.some((state) => state === found.state)) return found
  const message = `it is ${found.state}: only what failed or expired can be sent again or discarded`
  throw new DomainError('DELIVERY_NOT_DEAD', message, 'id')
}

export function deliveryNotFound(ref: string): DomainError {
  const message = `no delivery "${ref}": it is none of ours, or older than HERALD_RETENTION`
  return new DomainError('DELIVERY_NOT_FOUND', message, 'id')
}
