import { hash } from 'node:crypto'
import type { AddressedNotification, Notification } from '../../core/delivery/notification.ts'
import {
  androidSection,
  apnsSection,
  type FcmText,
  type Scene,
  webpushSection,
} from './fcm-sections.ts'
import type { FcmLooks } from './fcm-settings.ts'

export interface FcmEnvelope {
  readonly addressed: AddressedNotification
  readonly looks: FcmLooks
  readonly nowMs: number
  /** What the sender gave for the app, where it has room. */
  readonly data: string | undefined
}

/** https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages: `ttl` */
const TTL_SECONDS_MAX = 28 * 86_400

/**
 * A message as FCM wants it. Nobody knows what the token stands for, so there is a section for each
 * platform. Without a text it is data alone, which no platform shows. What is undefined is not in the JSON.
 */
export function writeMessage(envelope: FcmEnvelope, text: FcmText | undefined): object {
  const { addressed, looks, nowMs } = envelope
  const { notification, address } = addressed
  const tag = tagOf(addressed)
  const scene: Scene = {
    notification,
    text,
    looks,
    tag,
    digest: hash('sha256', tag),
    ttlSeconds: ttlSeconds(notification, nowMs),
    isPrompt: text !== undefined && (!notification.isSilent || notification.priority === 'high'),
  }
  const isByApp = looks.shownBy === 'app'
  return {
    token: address.token,
    notification: isByApp ? undefined : text,
    data: { ...dataOf(envelope), ...(isByApp && text) },
    android: androidSection(scene),
    apns: apnsSection(scene),
    webpush: webpushSection(scene),
  }
}

/** Strings only, says FCM. */
function dataOf({ addressed, data }: FcmEnvelope): Readonly<Record<string, string | undefined>> {
  const { ref, notification } = addressed
  return {
    'herald.ref': ref,
    'herald.kind': notification.kind,
    'herald.conversation': notification.conversation,
    'herald.messageId': notification.messageId,
    'herald.messages': String(notification.messages),
    'herald.badge': String(notification.badge),
    'herald.isDataLeftOut': data === notification.data ? undefined : 'true',
    data,
  }
}

/**
 * What replaces what is shown. `#` is in no conversation, so nobody's collapse key reaches into another
 * one, and an app can take away all that begins with the conversation it has to clear.
 */
function tagOf({ ref, notification }: AddressedNotification): string {
  const { conversation, collapseKey, messages } = notification
  if (collapseKey === undefined && messages > 1) return conversation
  return `${conversation}#${collapseKey ?? ref}`
}

function ttlSeconds({ expiresAt }: Notification, nowMs: number): number {
  const seconds = Math.floor((expiresAt - nowMs) / 1_000)
  return Math.max(0, Math.min(TTL_SECONDS_MAX, seconds))
}
