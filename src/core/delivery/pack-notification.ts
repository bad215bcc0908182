import type { DeliveryKey, Parcel } from './claimed-delivery.ts'
import { writeDeliveryRef } from './delivery-ref.ts'
import type { AddressedNotification } from './notification.ts'

const BADGE_MAX = 99

/** Takes out what the recipient hides. The sender's name is no preview: it is always shown. */
export function packNotification(
  key: DeliveryKey,
  { address, content, unread }: Parcel,
): AddressedNotification {
  const ref = writeDeliveryRef(key)
  const badge = Math.min(unread, BADGE_MAX)
  if (!content.isPreviewHidden) return { ref, address, notification: { ...content, badge } }
  return { ref, address, notification: { ...content, badge, title: undefined, body: undefined } }
}
