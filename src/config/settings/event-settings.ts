import { PAYLOAD_ENCODINGS, type PayloadEncoding, ROLES, type Role } from '../config.ts'
import { choice, list } from '../kinds/choice-kinds.ts'
import { duration, integer } from '../kinds/number-kinds.ts'
import type { DefaultedSetting } from '../setting.ts'

export const ROLE_LIST: DefaultedSetting<readonly Role[]> = {
  name: 'HERALD_ROLES',
  kind: list(choice(ROLES), 'role'),
  fallback: ROLES,
  help: 'What this process does: answer the broker and take its events, send notifications, look after what became due and old, hear what providers report, serve the REST API, act on the broker; some process has to do each',
}

export const PAYLOAD_ENCODING: DefaultedSetting<PayloadEncoding> = {
  name: 'HERALD_PAYLOAD_ENCODING',
  kind: choice(PAYLOAD_ENCODINGS),
  fallback: 'plain',
  help: 'How EMQX 4 writes payloads into its events: its own web.hook.encoding_of_payload_field',
}

export const EVENT_QUEUE_MAX: DefaultedSetting<number> = {
  name: 'HERALD_EVENT_QUEUE_MAX',
  kind: integer({ min: 1, max: 1_000_000 }),
  fallback: 20_000,
  help: 'Events that wait to be stored, at most; the broker is told to repeat further ones',
}

export const RETENTION: DefaultedSetting<number> = {
  name: 'HERALD_RETENTION',
  kind: duration({ min: 86_400_000, max: 366 * 86_400_000 }),
  fallback: 7 * 86_400_000,
  help: 'How long messages, deliveries and attempts are kept, in whole days of UTC',
}

export const REQUEST_TTL: DefaultedSetting<number> = {
  name: 'HERALD_REQUEST_TTL',
  kind: duration({ min: 60_000, max: 366 * 86_400_000 }),
  fallback: 30 * 86_400_000,
  help: 'How long friend requests, requests to join and invitations may be accepted',
}
