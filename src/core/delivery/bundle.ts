import { createHash } from 'node:crypto'
import type { ClaimedDelivery, Parcel } from './claimed-delivery.ts'
import { writeDeliveryRef } from './delivery-ref.ts'
import type { AddressedNotification, Digest, DigestLine } from './notification.ts'
import { packNotification } from './pack-notification.ts'

/** Deliveries that go out in one call: the mails that gathered for a mailbox, and anything else alone. */
export type Bundle = readonly ClaimedDelivery[]

/** A delivery that is still wanted, and what goes out of it. */
export interface WantedDelivery {
  readonly delivery: ClaimedDelivery
  readonly parcel: Parcel
}

const LINES_MAX = 20

export function bundlesOf(deliveries: readonly ClaimedDelivery[]): readonly Bundle[] {
  const bundles: ClaimedDelivery[][] = []
  const digests = new Map<string, ClaimedDelivery[]>()
  for (const delivery of deliveries) {
    const { digestId, addressId } = delivery
    const name = digestId && `${digestId} ${addressId}`
    const known = name === undefined ? undefined : digests.get(name)
    if (known !== undefined) {
      known.push(delivery)
      continue
    }
    const bundle = [delivery]
    bundles.push(bundle)
    if (name !== undefined) digests.set(name, bundle)
  }
  return bundles
}

/**
 * One notification of all that is still wanted of a bundle: the newest, with a line for each
 * conversation where there are several. Undefined where nothing is wanted.
 */
export function packBundle(
  bundle: Bundle,
  wanted: readonly WantedDelivery[],
): AddressedNotification | undefined {
  const [newest, ...others] = wanted.toSorted(newestFirst)
  if (newest === undefined) return undefined
  const packed = packNotification(newest.delivery, newest.parcel)
  if (others.length === 0) return packed
  const all = [newest, ...others].map(lineOf)
  const digest: Digest = {
    id: idOf(bundle),
    lines: all.slice(0, LINES_MAX),
    more: Math.max(0, all.length - LINES_MAX),
  }
  const messages = all.reduce((sum, line) => sum + line.messages, 0)
  return { ...packed, notification: { ...packed.notification, messages, digest } }
}

function lineOf({ delivery, parcel }: WantedDelivery): DigestLine {
  const { kind, messageId, messages, conversation, from, group, title, body } = packNotification(
    delivery,
    parcel,
  ).notification
  return { kind, messageId, messages, conversation, from, group, title, body }
}

function newestFirst({ delivery: a }: WantedDelivery, { delivery: b }: WantedDelivery): number {
  const later = b.facts.decidedAt - a.facts.decidedAt
  return later !== 0 ? later : b.messageId < a.messageId ? -1 : 1
}

/** Of all that was claimed, not of what is still wanted: that may differ when it is claimed again. */
function idOf(bundle: Bundle): string {
  const refs = bundle.map(writeDeliveryRef).sort().join('\n')
  return createHash('sha256').update(refs).digest('hex').slice(0, 32)
}
