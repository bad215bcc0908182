import type { Parcel } from './claimed-delivery.ts'
import type { AddressedNotification } from './notification.ts'

const BADGE_MAX = 99

/** Takes out what the recipient hides. The sender's name is no preview: it is always shown. */
export function packNotification({ address, content, unread }: Parcel): AddressedNotification {
  const badge = Math.min(unread, BADGE_MAX)
  if (!content.isPreviewHidden) return { address, notification: { ...content, badge } }
  return { address, notification: { ...content, badge, title: undefined, body: undefined } }
}
