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
  /** The tag as headers take it: 64 letters and digits, as many as APNs allows. */
  readonly digest: string
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
    collapse_key: notification.collapseKey === undefined ? undefined : tag,
    notification: isBySystem ? androidNotification(scene) : undefined,
  }
}

function androidNotification({ notification, looks, tag }: Scene): object {
  const { isSilent, messages } = notification
  return {
    channel_id: (isSilent ? looks.silentChannelId : undefined) ?? looks.channelId,
    tag,
    notification_count: messages,
    sound: isSilent ? undefined : 'default',
    notification_priority: androidPriority(notification),
  }
}

/** Before Android 8; later the channel decides. */
function androidPriority({ isSilent, priority }: Notification): string | undefined {
  if (priority === 'high') return 'PRIORITY_HIGH'
  return isSilent ? 'PRIORITY_LOW' : undefined
}

/** Data alone goes with priority 5, or FCM refuses it. It brings the badge, and wakes the app. */
export function apnsSection({ notification, text, looks, digest, isPrompt }: Scene): object {
  const { badge, conversation, isSilent, expiresAt } = notification
  const isShown = text !== undefined
  return {
    headers: {
      'apns-push-type': 'alert',
      'apns-priority': isPrompt ? '10' : '5',
      'apns-expiration': String(Math.floor(expiresAt / 1_000)),
      'apns-collapse-id': digest,
    },
    payload: {
      aps: {
        alert: looks.shownBy === 'app' ? text : undefined,
        badge,
        sound: isShown && !isSilent ? 'default' : undefined,
        'thread-id': isShown ? conversation : undefined,
        'content-available': isShown ? undefined : 1,
      },
    },
  }
}

export function webpushSection(scene: Scene): object {
  const { notification, text, looks, tag, digest, ttlSeconds, isPrompt } = scene
  const silent = notification.isSilent || undefined
  return {
    headers: {
      TTL: String(ttlSeconds),
      Urgency: isPrompt ? 'high' : 'normal',
      // RFC 8030 §5.4: 32 characters at most.
      Topic: digest.slice(0, 32),
    },
    notification: text && { ...(looks.shownBy === 'app' && text), tag, silent },
  }
}
