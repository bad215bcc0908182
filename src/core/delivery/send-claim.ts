import type { TracedCall } from '../ports/tracing.ts'
import { type Bundle, bundlesOf, packBundle, type WantedDelivery } from './bundle.ts'
import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { DeliveryParts } from './delivery-parts.ts'
import type { Lease } from './lease.ts'
import type { AddressedNotification } from './notification.ts'
import { createOutbox } from './outbox.ts'
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
  readonly claimedAt: number
}

/** Sends the deliveries of one claim, `sendsMax` calls at a time, and writes what becomes of each. */
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
  const bundles = bundlesOf(deliveries)
  // All lanes draw from one iterator.
  const next = bundles.values()
  const lane = async () => {
    for (const bundle of next) {
      // One after the other without a pause, so that a bundle is written by one statement.
      for (const settled of await settleBundle(parts, hold, bundle)) {
        if (settled === undefined) parts.meter.settled(desk.name, 'lost')
        else outbox.add(settled)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(sendsMax, bundles.length) }, lane))
  await outbox.empty()
}

/** Undefined where the lease is over: then the delivery is somebody else's. */
type Fate = Settled | undefined

async function settleBundle(
  parts: DeliveryParts,
  hold: ClaimHold,
  bundle: Bundle,
): Promise<readonly Fate[]> {
  const fates: Fate[] = []
  const wanted: WantedDelivery[] = []
  for (const delivery of bundle) {
    const judged = judge(parts, hold, delivery)
    if ('delivery' in judged) {
      wanted.push(judged)
      continue
    }
    fates.push(judged)
    traceSettled(parts, hold, delivery, judged, undefined)
  }
  const message = packBundle(bundle, wanted)
  if (message === undefined) return fates
  return [...fates, ...(await callFor(parts, hold, message, wanted))]
}

/** What is to be sent, or what becomes of it without a call. */
function judge(
  { policy, now }: DeliveryParts,
  { budget }: ClaimHold,
  delivery: ClaimedDelivery,
): WantedDelivery | Settled {
  const { facts, parcel, attempt } = delivery
  const verdict = recheck(facts, policy.recheck, now())
  if (verdict.kind !== 'send') return settleUnwanted(delivery, verdict, now())
  if (parcel === undefined) return settleReleased(delivery, now())
  if (attempt > policy.retry.attemptsMax) return settleUsedUp(delivery, now())
  const denial = budget.denial(delivery)
  if (denial !== undefined) return settleDenied(delivery, denial, now())
  return { delivery, parcel }
}

/** Makes the one call for all that is wanted of a bundle, if it may still be made. */
async function callFor(
  parts: DeliveryParts,
  hold: ClaimHold,
  message: AddressedNotification,
  wanted: readonly WantedDelivery[],
): Promise<readonly Fate[]> {
  const { desk, lease } = hold
  const turn = desk.pace().turn()
  if (turn !== undefined) await turn
  if (desk.isStopping() || !desk.watch.mayCall()) {
    return wanted.map(({ delivery }) => settleReleased(delivery, parts.now()))
  }
  // What was lost of a bundle goes out elsewhere, and so does the rest, once its lease is over.
  if (!wanted.every(({ delivery }) => lease.mayCall(delivery))) return wanted.map(() => undefined)
  return await call(parts, hold, message, wanted)
}

async function call(
  parts: DeliveryParts,
  hold: ClaimHold,
  message: AddressedNotification,
  wanted: readonly WantedDelivery[],
): Promise<readonly Settled[]> {
  const { policy, now, random, meter } = parts
  const { desk, budget } = hold
  const { name, watch } = desk
  const startedAt = now()
  const answer = await desk.call(message)
  const endedAt = now()
  const durationMs = endedAt - startedAt
  const [first] = wanted
  // A bundle is one mail, and counts as one.
  if (first !== undefined && isSpent(answer, durationMs, policy.work.sendTimeoutMs)) {
    budget.spend(first.delivery)
  }
  meter.called(name, durationMs)
  const outcome = await watch.note(answer, message.address.uid)
  const made = { startedAt, endedAt, outcome: answer.kind, deliveries: wanted.length }
  return wanted.map(({ delivery }) => {
    if (answer.kind === 'accepted') meter.accepted(name, endedAt - delivery.facts.decidedAt)
    const settled = settleOutcome(delivery, outcome, policy.retry, random, endedAt)
    traceSettled(parts, hold, delivery, settled, made)
    return settled
  })
}

function traceSettled(
  { tracing }: DeliveryParts,
  { desk, claimedAt }: ClaimHold,
  { messageId, attempt }: ClaimedDelivery,
  { settlement, counted }: Settled,
  call: TracedCall | undefined,
): void {
  if (tracing === undefined) return
  const { reason, endedAt } = settlement
  const provider = desk.name
  tracing.delivered({
    messageId,
    provider,
    attempt,
    claimedAt,
    endedAt,
    outcome: counted,
    reason,
    call,
  })
}
