import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'

/** What a sender gets, as `docs/providers/webhook.md` promises it: what is not there is null. */
export function writeWebhookBody(
  { ref, address, notification: n }: AddressedNotification,
  text: RenderedText | undefined,
): Buffer {
  const { channel, token, uid, deviceId } = address
  return toJson({
    type: 'notification',
    ref,
    address: { channel, token, uid, deviceId: deviceId ?? null },
    notification: {
      kind: n.kind,
      messageId: n.messageId,
      messages: n.messages,
      conversation: n.conversation,
      from: { uid: n.from.uid, displayName: n.from.displayName ?? null },
      group: n.group === undefined ? null : groupOf(n.group),
      title: n.title ?? null,
      body: n.body ?? null,
      isPreviewHidden: n.isPreviewHidden,
      data: n.data ?? null,
      collapseKey: n.collapseKey ?? null,
      priority: n.priority,
      isSilent: n.isSilent,
      badge: n.badge,
      locale: n.locale ?? null,
      expiresAt: new Date(n.expiresAt).toISOString(),
    },
    text:
      text === undefined ? null : { title: text.title, body: text.body, html: text.html ?? null },
  })
}

export function writeCheckBody(): Buffer {
  return toJson({ type: 'check' })
}

function groupOf({ gid, displayName }: { gid: string; displayName: string | undefined }): object {
  return { gid, displayName: displayName ?? null }
}

function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
