import type { DigestLine, Notification } from '../core/delivery/notification.ts'
import { MESSAGE_KINDS } from '../core/reach/chat-message.ts'
import type { TemplateKind } from './template-form.ts'

/** A notification as it may come, to try templates on. */
export interface Sample {
  readonly kind: TemplateKind | 'clear'
  /** What is particular about it. */
  readonly what: string
  readonly notification: Notification
}

const ANN = { uid: 'ann', displayName: 'Ann' }
const HIKERS = { gid: 'hikers', displayName: 'Hikers' }

const PLAIN: Notification = {
  kind: 'direct-message',
  messageId: '0'.repeat(32),
  messages: 1,
  conversation: 'user/ann',
  from: ANN,
  group: undefined,
  title: undefined,
  body: 'See you at <8>?',
  isPreviewHidden: false,
  data: undefined,
  collapseKey: undefined,
  priority: 'normal',
  isSilent: false,
  badge: 1,
  locale: undefined,
  expiresAt: 0,
}

const HIDDEN = { body: undefined, isPreviewHidden: true }
const IN_GROUP = { kind: 'group-message', group: HIKERS, conversation: 'group/hikers' } as const

const LINES: readonly DigestLine[] = [
  { ...PLAIN, ...IN_GROUP, messages: 3 },
  PLAIN,
  { ...PLAIN, kind: 'friend-request', from: { uid: 'bob', displayName: 'Bob' }, body: undefined },
]

export const SAMPLES: readonly Sample[] = [
  ...MESSAGE_KINDS.flatMap((kind): Sample[] => {
    const isOfGroup = kind !== 'direct-message' && kind !== 'friend-request'
    const plain = { ...PLAIN, kind, group: isOfGroup ? HIKERS : undefined }
    const isMessage = kind === 'direct-message' || kind === 'group-message'
    return [
      { kind, what: 'one', notification: plain },
      { kind, what: 'hidden preview', notification: { ...plain, ...HIDDEN } },
      ...(isMessage
        ? [
            { kind, what: 'several', notification: { ...plain, messages: 3 } },
            { kind, what: 'title', notification: { ...plain, title: 'Dinner' } },
          ]
        : []),
    ]
  }),
  { kind: 'clear', what: 'read elsewhere', notification: { ...PLAIN, kind: 'clear' } },
  {
    kind: 'digest',
    what: 'several conversations',
    notification: { ...PLAIN, digest: { id: '0'.repeat(32), lines: LINES, more: 2 } },
  },
  {
    kind: 'digest',
    what: 'one conversation',
    notification: { ...PLAIN, digest: { id: '0'.repeat(32), lines: LINES.slice(1, 2), more: 0 } },
  },
]
