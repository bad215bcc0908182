import type { Provider } from '../ports/provider.ts'
import { callProvider } from './call-provider.ts'
import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { DeliveryParts } from './delivery-parts.ts'
import type { Lease } from './lease.ts'
import { createOutbox } from './outbox.ts'
import { packNotification } from './pack-notification.ts'
import type { ProviderWatch } from './provider-watch.ts'
import { recheck } from './recheck.ts'
import {
  type Settled,
  settleOutcome,
  settleReleased,
  settleUnwanted,
  settleUsedUp,
} from './settlement.ts'
import { writeSettled } from './write-settled.ts'

/** One provider, as a claim sees it. */
export interface SendDesk {
  readonly provider: Provider
  readonly watch: ProviderWatch
  readonly isStopping: () => boolean
}

/** Sends the deliveries of one claim, `sendsMax` at a time, and writes what becomes of each. */
export async function sendClaim(
  parts: DeliveryParts,
  desk: SendDesk,
  lease: Lease,
  deliveries: readonly ClaimedDelivery[],
  sendsMax: number,
): Promise<void> {
  const { name } = desk.provider
  const outbox = createOutbox<Settled>(
    (batch) => writeSettled(parts, name, lease, batch),
    parts.policy.work.flushMs,
  )
  // All lanes draw from one iterator.
  const next = deliveries.values()
  const lane = async () => {
    for (const delivery of next) {
      const settled = await settle(parts, desk, lease, delivery)
      if (settled === undefined) parts.meter.settled(name, 'lost')
      else outbox.add(settled)
    }
  }
  await Promise.all(Array.from({ length: Math.min(sendsMax, deliveries.length) }, lane))
  await outbox.empty()
}

/** Undefined where the lease is over: then the delivery is somebody else's. */
async function settle(
  { policy, now, random, meter }: DeliveryParts,
  { provider, watch, isStopping }: SendDesk,
  lease: Lease,
  delivery: ClaimedDelivery,
): Promise<Settled | undefined> {
  const { facts, parcel, attempt } = delivery
  const verdict = recheck(facts, policy.recheck, now())
  if (verdict.kind !== 'send') return settleUnwanted(delivery, verdict, now())
  if (parcel === undefined) return settleReleased(delivery, now())
  if (attempt > policy.retry.attemptsMax) return settleUsedUp(delivery, now())
  if (isStopping() || !watch.mayCall()) return settleReleased(delivery, now())
  if (!lease.mayCall(delivery)) return undefined
  const calledAt = now()
  const answer = await callProvider(
    provider,
    packNotification(delivery, parcel),
    policy.work.sendTimeoutMs,
  )
  const endedAt = now()
  meter.called(provider.name, endedAt - calledAt)
  if (answer.kind === 'accepted') meter.accepted(provider.name, endedAt - facts.decidedAt)
  const outcome = await watch.note(answer, parcel.address.uid)
  return settleOutcome(delivery, outcome, policy.retry, random, endedAt)
}
