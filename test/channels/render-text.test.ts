import { describe, expect, it } from 'vitest'
import { renderText } from '../../src/channels/render-text.ts'
import type { Notification } from '../../src/core/delivery/notification.ts'

function aNotification(parts: Partial<Notification> = {}): Notification {
  return {
    kind: 'direct-message',
    messageId: '0'.repeat(32),
    messages: 1,
    conversation: 'user/ann',
    from: { uid: 'ann', displayName: 'Ann' },
    group: undefined,
    title: undefined,
    body: 'Hi Bob',
    isPreviewHidden: false,
    data: undefined,
    collapseKey: undefined,
    priority: 'normal',
    isSilent: false,
    badge: 1,
    locale: undefined,
    expiresAt: 0,
    ...parts,
  }
}

const HIKERS = { gid: 'hikers', displayName: 'Hikers' }
const hidden = { body: undefined, isPreviewHidden: true }

describe('the text of a notification', () => {
  it.each<[string, Partial<Notification>, string, string]>([
    ['a direct message', {}, 'Ann', 'Hi Bob'],
    ['one whose preview is hidden', hidden, 'Ann', 'New message'],
    ['one without text, in Chinese', { body: undefined, locale: 'zh-Hans-CN' }, 'Ann', '新消息'],
    ['several', { messages: 3 }, 'Ann', '3 new messages'],
    ['several, in Chinese', { messages: 3, locale: 'zh' }, 'Ann', '3 条新消息'],
    ['a language that we do not speak', { ...hidden, locale: 'fr' }, 'Ann', 'New message'],
    ['a sender without a name', { from: { uid: 'ann', displayName: undefined } }, 'ann', 'Hi Bob'],
    ['a title, beside the sender', { title: 'Shop' }, 'Shop (Ann)', 'Hi Bob'],
    ['a group message', { kind: 'group-message', group: HIKERS }, 'Hikers', 'Ann: Hi Bob'],
    [
      'a group message with a title, beside the sender',
      { kind: 'group-message', group: HIKERS, title: 'Rain' },
      'Rain',
      'Ann: Hi Bob',
    ],
    [
      'a friend request',
      { kind: 'friend-request', body: undefined },
      'Ann',
      'Would like to be your contact',
    ],
    [
      'a request to join',
      { kind: 'join-request', group: HIKERS },
      'Hikers',
      'Ann would like to join',
    ],
    [
      'an invitation, in Chinese',
      { kind: 'invitation', group: { gid: 'hikers', displayName: undefined }, locale: 'zh_CN' },
      'hikers',
      'Ann 邀请你加入',
    ],
  ])('of %s', (_, parts, title, body) => {
    expect(renderText(aNotification(parts))).toEqual({ title, body })
  })

  it('is none where a notification is taken away', () => {
    expect(renderText(aNotification({ kind: 'clear' }))).toBeUndefined()
  })
})
