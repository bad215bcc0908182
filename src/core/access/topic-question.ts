import type { Verdict } from './verdict.ts'

/** What a broker asks before it lets a client publish or subscribe. */
export interface TopicQuestion {
  readonly uid: string
  readonly clientId: string
  readonly action: 'publish' | 'subscribe'
  /** A topic name to publish to, or a topic filter to subscribe to, as the client wrote it. */
  readonly topic: string
  /** Undefined where the broker does not say (EMQX 4). */
  readonly retain: boolean | undefined
}

/** Why a topic was allowed: a line of the topic table, or a rule that an admin wrote. */
export const TOPIC_GRANTS = [
  'own-topics',
  'own-invitations',
  'member',
  'group-admin',
  'direct-message',
  'friend-request',
  'group-message',
  'join-request',
  'invitation',
  'acl-rule',
] as const

export type TopicGrant = (typeof TOPIC_GRANTS)[number]

/** Why a topic was refused. For logs, counters and `explain`. */
export const TOPIC_REFUSALS = [
  'bad-username',
  'bad-client-id',
  'bad-topic',
  'dollar-topic',
  'retained',
  'forged-sender',
  'unknown-user',
  'deleted-user',
  'disabled-user',
  'unknown-device',
  'foreign-device',
  'revoked-device',
  'acl-rule',
  'unknown-recipient',
  'blocked',
  'not-a-contact',
  'unknown-group',
  'not-a-member',
  'already-a-member',
  'silenced',
  'banned',
  'may-not-invite',
  'not-an-admin',
  'no-rule',
] as const

export type TopicRefusal = (typeof TOPIC_REFUSALS)[number]
export type TopicVerdict = Verdict<TopicRefusal>
