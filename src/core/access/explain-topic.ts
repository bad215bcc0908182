import type { AclRule } from './acl-rule.ts'
import type { TopicDecision } from './decide-topic.ts'
import type { TopicAccess, TopicExamination } from './topic-access.ts'
import type { TopicFacts } from './topic-facts.ts'
import type { TopicGrant, TopicQuestion, TopicRefusal } from './topic-question.ts'

/** A verdict with its reasons, for people. */
export interface TopicExplanation {
  readonly verdict: TopicDecision['kind']
  /** A grant or refusal, from the closed lists. */
  readonly reason: TopicGrant | TopicRefusal
  /** One sentence: by which line of the topic table, by which rule, or for want of what. */
  readonly because: string
  /** The facts that were looked at. */
  readonly facts: readonly ExplainedFact[]
}

export interface ExplainedFact {
  readonly name: string
  readonly value: string
}

/** Asks as the broker would, and says why the answer is what it is. */
export async function explainTopic(
  access: TopicAccess,
  question: TopicQuestion,
): Promise<TopicExplanation> {
  const { decision, topic, facts } = await access.examine(question)
  const reason = decision.kind === 'allow' ? decision.grant : decision.reason
  const rule = 'rule' in decision ? decision.rule : undefined
  return {
    verdict: decision.kind,
    reason,
    because: rule === undefined ? SENTENCES[reason] : ruleSentence(rule),
    facts: [{ name: 'topic', value: topicName(topic) }, ...factsOf(facts)],
  }
}

const SENTENCES: Record<TopicGrant | TopicRefusal, string> = {
  'own-topics': 'user/{uid}/# belongs to the user who asks.',
  'own-invitations': 'group/+/invitation/{uid}/from/+ belongs to the user who asks.',
  member: 'The user is a member of the group.',
  'group-admin': "The user is the group's owner or an admin, who see requests to join.",
  'direct-message': 'The user writes in their own name, and the recipient accepts it.',
  'friend-request': 'The user asks in their own name, and the recipient has not blocked them.',
  'group-message': 'The user writes in their own name, is a member, and is not silenced.',
  'join-request': 'The user asks in their own name, is not yet a member, and is not banned.',
  invitation: 'The user invites in their own name and is a member who may invite.',
  'acl-rule': 'An ACL rule decides.',
  'bad-username':
    'The username is empty or no identifier: no "+", "#", "/", control characters or leading "$", at most 128 bytes.',
  'bad-client-id':
    'The client id is empty or no identifier: no "+", "#", "/", control characters or leading "$", at most 128 bytes.',
  'bad-topic':
    'That is no valid MQTT topic name (to publish to) or topic filter (to subscribe to).',
  'dollar-topic': 'Topics that begin with "$" are the broker\'s own and closed to everybody.',
  retained: 'Retained messages are refused in the topics of users and groups.',
  'forged-sender':
    'The last level of the topic names another user; everybody writes in their own name only.',
  'unknown-user': 'Herald knows no user of that name; "herald user add" makes one.',
  'deleted-user': 'The user was deleted.',
  'disabled-user': 'The user is disabled; "herald user enable" mends it.',
  'unknown-device':
    'Herald knows no device of that client id; it registers at its first login, or by "herald device add".',
  'foreign-device': 'The client id belongs to another user.',
  'revoked-device': 'The device is revoked; "herald device restore" mends it.',
  'unknown-recipient': 'There is no such recipient.',
  blocked: 'The recipient has blocked the user.',
  'not-a-contact':
    "The recipient accepts messages from contacts only, and the user is not in the recipient's contacts.",
  'unknown-group': 'There is no such group.',
  'not-a-member': 'The user is not a member of the group; "herald group join" mends it.',
  'already-a-member': 'The user is a member already, so there is nothing to apply for.',
  silenced: 'The user is silenced in the group for the time being.',
  banned: 'The user is banned from the group.',
  'may-not-invite': 'Only the owner and admins may invite to this group.',
  'not-an-admin': 'Only the owner and admins see requests to join.',
  'no-rule': 'Neither the topic table nor an ACL rule allows it; what nothing allows is denied.',
}

function ruleSentence({ id, effect, action, filter, scope }: AclRule): string {
  const whom =
    scope.kind === 'user'
      ? `user ${scope.uid}`
      : scope.kind === 'group'
        ? `members of group ${scope.gid}`
        : 'everyone'
  return `ACL rule ${id}: ${effect} ${action} ${filter} for ${whom}.`
}

function topicName(topic: TopicExamination['topic']): string {
  switch (topic.kind) {
    case 'refused':
      return 'refused as it stands'
    case 'publish':
      return topic.chat.kind
    case 'subscribe-own':
      return 'the own topics of the user'
    case 'subscribe-group':
      return `topics of group ${topic.gid}`
    case 'rules-only':
      return 'not in the topic table'
  }
}

function factsOf(facts: TopicFacts | undefined): ExplainedFact[] {
  if (facts === undefined) return []
  const named = { user: facts.user, device: facts.device, ...facts.recipient, ...facts.group }
  return Object.entries(named).map(([name, value]) => ({ name, value: String(value ?? 'none') }))
}
