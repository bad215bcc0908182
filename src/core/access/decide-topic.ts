import type { AclRule } from './acl-rule.ts'
import type { ChatTopic } from './chat-topic.ts'
import type { TopicCase } from './topic-case.ts'
import type { GroupFacts, RecipientFacts, TopicFacts } from './topic-facts.ts'
import { covers } from './topic-filter.ts'
import type { TopicGrant, TopicRefusal } from './topic-question.ts'

/** What an installation decides for everybody. */
export interface TopicPolicy {
  /** Who may write to a user who has not said so. */
  readonly contactPolicy: 'everyone' | 'contacts'
  /** `inbox` keeps applications and invitations from plain members. */
  readonly groupSubscription: 'all' | 'inbox'
  /** What is said of a user whom Herald doesn't know. */
  readonly strangers: 'deny' | 'ignore'
}

/** The rules that match a question and are for whoever asks it. */
export interface MatchingRules {
  readonly deny: AclRule | undefined
  readonly allow: AclRule | undefined
}

export type TopicDecision =
  | { readonly kind: 'allow'; readonly grant: TopicGrant; readonly rule?: AclRule }
  | { readonly kind: 'deny'; readonly reason: TopicRefusal; readonly rule?: AclRule }
  | { readonly kind: 'ignore'; readonly reason: TopicRefusal }

/**
 * Decides a topic question. In this order: who asks, a rule that denies, the topic table, a rule
 * that allows; what nothing allows is denied.
 */
export function decideTopic(
  topic: TopicCase,
  facts: TopicFacts,
  rules: MatchingRules,
  policy: TopicPolicy,
): TopicDecision {
  if (topic.kind === 'refused') return { kind: 'deny', reason: topic.reason }
  if (facts.user === 'unknown' && policy.strangers === 'ignore') {
    return { kind: 'ignore', reason: 'unknown-user' }
  }
  const stranger = askerFault(facts)
  if (stranger !== undefined) return { kind: 'deny', reason: stranger }
  if (rules.deny !== undefined) return { kind: 'deny', reason: 'acl-rule', rule: rules.deny }
  const entry = tableEntry(topic, facts, policy)
  if (entry.kind === 'allow' || rules.allow === undefined) return entry
  return { kind: 'allow', grant: 'acl-rule', rule: rules.allow }
}

function askerFault(facts: TopicFacts): TopicRefusal | undefined {
  if (facts.user !== 'active') return `${facts.user}-user`
  if (facts.device !== 'own') return `${facts.device}-device`
  return undefined
}

/** The line of the topic table that the question falls under. */
function tableEntry(
  topic: Exclude<TopicCase, { kind: 'refused' }>,
  facts: TopicFacts,
  policy: TopicPolicy,
): TopicDecision {
  switch (topic.kind) {
    case 'rules-only':
      return deny('no-rule')
    case 'subscribe-own':
      return allow(topic.grant)
    case 'subscribe-group':
      return maySubscribe(topic.levels, topic.gid, facts.group, policy)
    case 'publish':
      return mayPublish(topic.chat, facts, policy)
  }
}

function mayPublish(chat: ChatTopic, facts: TopicFacts, policy: TopicPolicy): TopicDecision {
  switch (chat.kind) {
    case 'direct-message':
      return mayWrite(chat, facts.recipient, policy)
    case 'friend-request':
      return mayApply(facts.recipient)
    case 'group-message':
      return maySpeak(facts.group)
    case 'join-request':
      return mayJoin(facts.group)
    case 'invitation':
      return mayInvite(facts.group)
  }
}

function mayWrite(
  chat: { readonly to: string; readonly from: string },
  recipient: RecipientFacts | undefined,
  policy: TopicPolicy,
): TopicDecision {
  switch (recipient?.relation) {
    case undefined:
    case 'absent':
      return deny('unknown-recipient')
    case 'blocking':
      return deny('blocked')
    case 'contact':
      return allow('direct-message')
    case 'stranger': {
      // Nobody is in their own contacts, and everybody may write to themselves.
      const isOpen = (recipient.contactPolicy ?? policy.contactPolicy) === 'everyone'
      return isOpen || chat.to === chat.from ? allow('direct-message') : deny('not-a-contact')
    }
  }
}

function mayApply(recipient: RecipientFacts | undefined): TopicDecision {
  if (recipient === undefined || recipient.relation === 'absent') return deny('unknown-recipient')
  return recipient.relation === 'blocking' ? deny('blocked') : allow('friend-request')
}

function maySpeak(group: GroupFacts | undefined): TopicDecision {
  if (group?.role === undefined) return deny(absence(group))
  return group.isSilenced ? deny('silenced') : allow('group-message')
}

function mayJoin(group: GroupFacts | undefined): TopicDecision {
  if (!group?.exists) return deny('unknown-group')
  if (group.role !== undefined) return deny('already-a-member')
  return group.isBanned ? deny('banned') : allow('join-request')
}

function mayInvite(group: GroupFacts | undefined): TopicDecision {
  if (group?.role === undefined) return deny(absence(group))
  if (group.invitePolicy === 'admins' && group.role === 'member') return deny('may-not-invite')
  return allow('invitation')
}

function maySubscribe(
  levels: readonly string[],
  gid: string,
  group: GroupFacts | undefined,
  policy: TopicPolicy,
): TopicDecision {
  if (group?.role === undefined) return deny(absence(group))
  if (policy.groupSubscription === 'all') return allow('member')
  if (covers(['group', gid, 'inbox', '+'], levels)) return allow('member')
  if (!covers(['group', gid, 'application', '+'], levels)) return deny('no-rule')
  return group.role === 'member' ? deny('not-an-admin') : allow('group-admin')
}

function absence(group: GroupFacts | undefined): TopicRefusal {
  return group?.exists ? 'not-a-member' : 'unknown-group'
}

function allow(grant: TopicGrant): TopicDecision {
  return { kind: 'allow', grant }
}

function deny(reason: TopicRefusal): TopicDecision {
  return { kind: 'deny', reason }
}
