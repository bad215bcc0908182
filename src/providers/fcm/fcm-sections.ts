import { hash } from 'node:crypto'
import type { Notification } from '../../core/delivery/notification.ts'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'
import type { FcmLooks } from './fcm-settings.ts'

export type FcmText = Pick<RenderedText, 'title' | 'body'>

/** What the sections of all platforms are made from. */
export interface Scene {
  readonly notification: Notification
  /** What a person sees; undefined where that is nothing. */
  readonly text: FcmText | undefined
  readonly looks: FcmLooks
  /** What it replaces, and what replaces it. */
  readonly tag: string
  readonly ttlSeconds: number
  /** Worth waking a phone that sleeps. */
  readonly isPrompt: boolean
}

/**
 * The collapse key only where a sender gave one. FCM keeps four of them for a device that is away, so a
 * key for each conversation would lose others:
 * https://firebase.google.com/docs/cloud-messaging/customize-messages/collapsible-message-types
 */
export function androidSection(scene: Scene): object {
  const { notification, text, looks, tag, ttlSeconds, isPrompt } = scene
  const isBySystem = text !== undefined && looks.shownBy === 'system'
  return {
    priority: isPrompt ? 'HIGH' : 'NORMAL',
    ttl: `${ttlSeconds}s`,
    ...(notification.collapseKey !== undefined && { collapse_key: tag }),
    ...(isBySystem && { notification: androidNotification(scene) }),
  }
}

function androidNotification({ notification, looks, tag }: Scene): object {
  const { isSilent, messages, priority } = notification
  const channelId = (isSilent ? looks.silentChannelId : undefined) ?? looks.channelId
  return {
    ...(channelId !== undefined && { channel_id: channelId }),
    tag,
    notification_count: messages,
    // Before Android 8; later the channel decides.
    ...(isSilent ? { notification_priority: 'PRIORITY_LOW' } : { sound: 'default' }),
    ...(priority === 'high' && { notification_priority: 'PRIORITY_HIGH' }),
  }
}

/** Data alone goes with priority 5, or FCM refuses it. It brings the badge, and wakes the app. */
export function apnsSection({ notification, text, looks, tag, isPrompt }: Scene): object {
  const { badge, conversation, isSilent, expiresAt } = notification
  const isShown = text !== undefined
  return {
    headers: {
      'apns-push-type': 'alert',
      'apns-priority': isPrompt ? '10' : '5',
      'apns-expiration': String(Math.floor(expiresAt / 1_000)),
      'apns-collapse-id': digestOf(tag),
    },
    payload: {
      aps: {
        ...(isShown && looks.shownBy === 'app' && { alert: text }),
        badge,
        ...(isShown && !isSilent && { sound: 'default' }),
        ...(isShown ? { 'thread-id': conversation } : { 'content-available': 1 }),
      },
    },
  }
}

export function webpushSection({
  notification,
  text,
  looks,
  tag,
  ttlSeconds,
  isPrompt,
}: Scene): object {
  const { isSilent } = notification
  return {
    headers: {
      TTL: String(ttlSeconds),
      Urgency: isPrompt ? 'high' : 'normal',
      // RFC 8030 §5.4: 32 characters at most.
      Topic: digestOf(tag).slice(0, 32),
    },
    ...(text !== undefined && {
      notification: {
        ...(looks.shownBy === 'app' && text),
        tag,
        ...(isSilent && { silent: true }),
      },
    }),
  }
}

/** 64 letters and digits, as many as APNs takes: a tag may be longer, and not ASCII. */
function digestOf(tag: string): string {
  return hash('sha256', tag)
}
