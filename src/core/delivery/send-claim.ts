import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { DeliveryParts } from './delivery-parts.ts'
import type { Lease } from './lease.ts'
import { createOutbox } from './outbox.ts'
import { packNotification } from './pack-notification.ts'
import { recheck } from './recheck.ts'
import { isSpent, type SendBudget } from './send-budget.ts'
import type { SendDesk } from './send-desk.ts'
import {
  type Settled,
  settleDenied,
  settleOutcome,
  settleReleased,
  settleUnwanted,
  settleUsedUp,
} from './settlement.ts'
import { writeSettled } from './write-settled.ts'

/** What one claim is sent with. */
export interface ClaimHold {
  readonly desk: SendDesk
  readonly lease: Lease
  readonly budget: SendBudget
}

/** Sends the deliveries of one claim, `sendsMax` at a time, and writes what becomes of each. */
export async function sendClaim(
  parts: DeliveryParts,
  hold: ClaimHold,
  deliveries: readonly ClaimedDelivery[],
  sendsMax: number,
): Promise<void> {
  const { desk, lease } = hold
  const outbox = createOutbox<Settled>(
    (batch) => writeSettled(parts, desk.name, lease, batch),
    parts.policy.work.flushMs,
  )
  // All lanes draw from one iterator.
  const next = deliveries.values()
  const lane = async () => {
    for (const delivery of next) {
      const settled = await settle(parts, hold, delivery)
      if (settled === undefined) parts.meter.settled(desk.name, 'lost')
      else outbox.add(settled)
    }
  }
  await Promise.all(Array.from({ length: Math.min(sendsMax, deliveries.length) }, lane))
  await outbox.empty()
}

/** Undefined where the lease is over: then the delivery is somebody else's. */
async function settle(
  { policy, now, random, meter }: DeliveryParts,
  { desk, lease, budget }: ClaimHold,
  delivery: ClaimedDelivery,
): Promise<Settled | undefined> {
  const { facts, parcel, attempt } = delivery
  const { name, watch } = desk
  const verdict = recheck(facts, policy.recheck, now())
  if (verdict.kind !== 'send') return settleUnwanted(delivery, verdict, now())
  if (parcel === undefined) return settleReleased(delivery, now())
  if (attempt > policy.retry.attemptsMax) return settleUsedUp(delivery, now())
  const denial = budget.denial(delivery)
  if (denial !== undefined) return settleDenied(delivery, denial, now())
  const turn = desk.pace().turn()
  if (turn !== undefined) await turn
  if (desk.isStopping() || !watch.mayCall()) return settleReleased(delivery, now())
  if (!lease.mayCall(delivery)) return undefined
  const calledAt = now()
  const answer = await desk.call(packNotification(delivery, parcel))
  const endedAt = now()
  const durationMs = endedAt - calledAt
  if (isSpent(answer, durationMs, policy.work.sendTimeoutMs)) budget.spend(delivery)
  meter.called(name, durationMs)
  if (answer.kind === 'accepted') meter.accepted(name, endedAt - facts.decidedAt)
  const outcome = await watch.note(answer, parcel.address.uid)
  return settleOutcome(delivery, outcome, policy.retry, random, endedAt)
}
