import { describe, expect, it } from 'vitest'
import type { Notification } from '../../../src/core/delivery/notification.ts'
import type { RenderedText } from '../../../src/core/delivery/rendered-text.ts'
import { writePayload } from '../../../src/providers/fcm/fcm-payload.ts'
import type { FcmLooks } from '../../../src/providers/fcm/fcm-settings.ts'
import { aMessage } from '../../support/a-message.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
const PLAIN: FcmLooks = { channelId: undefined, silentChannelId: undefined, shownBy: 'system' }
const BY_APP: FcmLooks = { ...PLAIN, shownBy: 'app' }
const REF = `20261125-${'0'.repeat(32)}-1`
const TEXT: RenderedText = { title: 'Ann', body: 'hi', html: '<p>hi</p>' }

function write(notification: Partial<Notification> = {}, looks: FcmLooks = PLAIN) {
  const message = aMessage({ token: 'phone:1' }, { expiresAt: NOW + 3_600_000, ...notification })
  const text = message.notification.kind === 'clear' ? undefined : TEXT
  return JSON.parse(writePayload(message, text, looks, NOW)).message
}

describe('a message that is shown', () => {
  it('has a section for each platform', () => {
    expect(write({ data: '{"room":7}', badge: 3 }, { ...PLAIN, channelId: 'chat' })).toEqual({
      token: 'phone:1',
      notification: { title: 'Ann', body: 'hi' },
      data: {
        'herald.ref': REF,
        'herald.kind': 'direct-message',
        'herald.conversation': 'user/ann',
        'herald.messageId': '0'.repeat(32),
        'herald.messages': '1',
        'herald.badge': '3',
        data: '{"room":7}',
      },
      android: {
        priority: 'HIGH',
        ttl: '3600s',
        notification: {
          channel_id: 'chat',
          tag: `user/ann#${REF}`,
          notification_count: 1,
          sound: 'default',
        },
      },
      apns: {
        headers: {
          'apns-push-type': 'alert',
          'apns-priority': '10',
          'apns-expiration': '1795611600',
          'apns-collapse-id': 'c67c7848bbec2be2bf6f4a9c4b93f49cf204a26a3a89ff343d530b024ed6490c',
        },
        payload: { aps: { badge: 3, sound: 'default', 'thread-id': 'user/ann' } },
      },
      webpush: {
        headers: { TTL: '3600', Urgency: 'high', Topic: 'c67c7848bbec2be2bf6f4a9c4b93f49c' },
        notification: { tag: `user/ann#${REF}` },
      },
    })
  })

  it('makes no sound, and wakes no phone, where it is silent', () => {
    const looks = { ...PLAIN, channelId: 'chat', silentChannelId: 'quiet' }

    const { android, apns, webpush } = write({ isSilent: true }, looks)

    expect(android).toMatchObject({
      priority: 'NORMAL',
      notification: { channel_id: 'quiet', notification_priority: 'PRIORITY_LOW' },
    })
    expect(android.notification).not.toHaveProperty('sound')
    expect(apns.headers).toMatchObject({ 'apns-priority': '5' })
    expect(apns.payload.aps).not.toHaveProperty('sound')
    expect(webpush).toMatchObject({
      headers: { Urgency: 'normal' },
      notification: { silent: true },
    })
  })

  it('is prompt where the sender asked for it, silent or not', () => {
    const { android, apns, webpush } = write({ isSilent: true, priority: 'high' })

    expect(android).toMatchObject({
      priority: 'HIGH',
      notification: { notification_priority: 'PRIORITY_HIGH' },
    })
    expect(apns.headers).toMatchObject({ 'apns-priority': '10' })
    expect(webpush.headers).toMatchObject({ Urgency: 'high' })
  })

  it.each<[string, number, string]>([
    ['has passed', NOW - 1, '0s'],
    ['is near', NOW + 1_999, '1s'],
    ['is later than FCM keeps anything', NOW + 60 * 86_400_000, '2419200s'],
  ])('is kept until its end, which %s', (_, expiresAt, ttl) => {
    const { android, webpush } = write({ expiresAt })

    expect(android.ttl).toBe(ttl)
    expect(`${webpush.headers.TTL}s`).toBe(ttl)
  })
})

describe('what is replaced', () => {
  it.each<[string, Partial<Notification>, string]>([
    ['is the same delivery, and no other', {}, `user/ann#${REF}`],
    ['is the conversation, of a folded run', { messages: 3 }, 'user/ann'],
    ['is what the sender says, within the conversation', { collapseKey: 'k' }, 'user/ann#k'],
    [
      'is what the sender says, of a folded run too',
      { collapseKey: 'k', messages: 3 },
      'user/ann#k',
    ],
  ])('%s', (_, notification, tag) => {
    const { android, webpush } = write(notification)

    expect(android.notification.tag).toBe(tag)
    expect(webpush.notification.tag).toBe(tag)
  })

  it('is waited with only where the sender says so, since FCM keeps four of them', () => {
    expect(write().android).not.toHaveProperty('collapse_key')
    expect(write({ messages: 3 }).android).not.toHaveProperty('collapse_key')
    expect(write({ collapseKey: 'k' }).android).toMatchObject({ collapse_key: 'user/ann#k' })
  })

  it('has a name that every header takes', () => {
    const { apns, webpush } = write({ conversation: `user/${'ü'.repeat(64)}` })

    expect(apns.headers['apns-collapse-id']).toMatch(/^[0-9a-f]{64}$/)
    expect(webpush.headers.Topic).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a message that shows nothing', () => {
  it('is data, with the badge for iOS, and not urgent', () => {
    const message = write({ kind: 'clear', badge: 0, priority: 'high' })

    expect(message).toEqual({
      token: 'phone:1',
      data: {
        'herald.ref': REF,
        'herald.kind': 'clear',
        'herald.conversation': 'user/ann',
        'herald.messageId': '0'.repeat(32),
        'herald.messages': '1',
        'herald.badge': '0',
      },
      android: { priority: 'NORMAL', ttl: '3600s' },
      apns: {
        headers: {
          'apns-push-type': 'alert',
          'apns-priority': '5',
          'apns-expiration': '1795611600',
          'apns-collapse-id': expect.any(String),
        },
        payload: { aps: { badge: 0, 'content-available': 1 } },
      },
      webpush: { headers: { TTL: '3600', Urgency: 'normal', Topic: expect.any(String) } },
    })
  })
})

describe('a message that the app shows', () => {
  it('is data for Android, with the text in it, and shown by iOS and browsers', () => {
    const message = write({}, BY_APP)

    expect(message).not.toHaveProperty('notification')
    expect(message.data).toMatchObject({ 'herald.ref': REF, title: 'Ann', body: 'hi' })
    expect(message.android).toEqual({ priority: 'HIGH', ttl: '3600s' })
    expect(message.apns.payload.aps).toMatchObject({ alert: { title: 'Ann', body: 'hi' } })
    expect(message.webpush.notification).toMatchObject({ title: 'Ann', body: 'hi' })
  })
})
