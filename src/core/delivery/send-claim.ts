import type { Provider } from '../ports/provider.ts'
import { type Bundle, bundlesOf, packBundle, type WantedDelivery } from './bundle.ts'
import { callProvider } from './call-provider.ts'
import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { DeliveryParts } from './delivery-parts.ts'
import type { Lease } from './lease.ts'
import type { AddressedNotification } from './notification.ts'
import { createOutbox } from './outbox.ts'
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
  const bundles = bundlesOf(deliveries)
  // All lanes draw from one iterator.
  const next = bundles.values()
  const lane = async () => {
    for (const bundle of next) {
      // One after the other without a pause, so that a bundle is written by one statement.
      for (const settled of await settleBundle(parts, desk, lease, bundle)) {
        if (settled === undefined) parts.meter.settled(name, 'lost')
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
  desk: SendDesk,
  lease: Lease,
  bundle: Bundle,
): Promise<readonly Fate[]> {
  const fates: Fate[] = []
  const wanted: WantedDelivery[] = []
  for (const delivery of bundle) {
    const judged = judge(parts, desk, delivery)
    if ('delivery' in judged) wanted.push(judged)
    else fates.push(judged)
  }
  const message = packBundle(bundle, wanted)
  if (message === undefined) return fates
  // What was lost of a bundle goes out elsewhere, and so does the rest, once its lease is over.
  if (!wanted.every(({ delivery }) => lease.mayCall(delivery))) {
    return [...fates, ...wanted.map(() => undefined)]
  }
  return [...fates, ...(await call(parts, desk, message, wanted))]
}

/** What is to be sent, or what becomes of it without a call. */
function judge(
  { policy, now }: DeliveryParts,
  { watch, isStopping }: SendDesk,
  delivery: ClaimedDelivery,
): WantedDelivery | Settled {
  const { facts, parcel, attempt } = delivery
  const verdict = recheck(facts, policy.recheck, now())
  if (verdict.kind !== 'send') return settleUnwanted(delivery, verdict, now())
  if (parcel === undefined) return settleReleased(delivery, now())
  if (attempt > policy.retry.attemptsMax) return settleUsedUp(delivery, now())
  if (isStopping() || !watch.mayCall()) return settleReleased(delivery, now())
  return { delivery, parcel }
}

async function call(
  { policy, now, random, meter }: DeliveryParts,
  { provider, watch }: SendDesk,
  message: AddressedNotification,
  wanted: readonly WantedDelivery[],
): Promise<readonly Settled[]> {
  const calledAt = now()
  const outcome = await callProvider(provider, message, policy.work.sendTimeoutMs)
  const endedAt = now()
  meter.called(provider.name, endedAt - calledAt)
  await watch.note(outcome)
  return wanted.map(({ delivery }) => {
    if (outcome.kind === 'accepted') {
      meter.accepted(provider.name, endedAt - delivery.facts.decidedAt)
    }
    return settleOutcome(delivery, outcome, policy.retry, random, endedAt)
  })
}
