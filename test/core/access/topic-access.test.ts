import { describe, expect, it } from 'vitest'
import type { AclRule } from '../../../src/core/access/acl-rule.ts'
import type { GroupFacts, RecipientFacts } from '../../../src/core/access/topic-facts.ts'
import { aQuestion, aTopicFacts, topicAccess } from '../../support/topic-world.ts'

const ALLOW = { kind: 'allow' }

describe('publishing a direct message', () => {
  const question = aQuestion({ topic: 'user/bob/inbox/ann' })

  it.each([
    ['allows it to whoever accepts everyone', {}, 'everyone', 'allow'],
    ['refuses it to nobody', { relation: 'absent' }, 'everyone', 'unknown-recipient'],
    ['refuses it to who has blocked the sender', { relation: 'blocking' }, 'everyone', 'blocked'],
    ['refuses a stranger where only contacts may write', {}, 'contacts', 'not-a-contact'],
    [
      'allows a contact where only contacts may write',
      { relation: 'contact' },
      'contacts',
      'allow',
    ],
    [
      "lets the recipient's own policy open what is closed",
      { contactPolicy: 'everyone' },
      'contacts',
      'allow',
    ],
    [
      "lets the recipient's own policy close what is open",
      { contactPolicy: 'contacts' },
      'everyone',
      'not-a-contact',
    ],
  ] as const)('%s', async (_name, facts, contactPolicy, expected) => {
    const access = topicAccess(aTopicFacts({ recipient: aRecipient(facts) }), [], { contactPolicy })

    expect(verdictOf(await access.mayUseTopic(question))).toBe(expected)
  })

  it('lets people write to themselves, though nobody is a contact of their own', async () => {
    const access = topicAccess(aTopicFacts({ recipient: aRecipient({}) }), [], {
      contactPolicy: 'contacts',
    })

    expect(await access.mayUseTopic(aQuestion({ topic: 'user/ann/inbox/ann' }))).toEqual(ALLOW)
  })
})

describe('publishing a friend request', () => {
  it.each([
    ['allows it, also where only contacts may write', {}, 'allow'],
    ['refuses it to who has blocked the sender', { relation: 'blocking' }, 'blocked'],
    ['refuses it to nobody', { relation: 'absent' }, 'unknown-recipient'],
  ] as const)('%s', async (_name, facts, expected) => {
    const access = topicAccess(aTopicFacts({ recipient: aRecipient(facts) }), [], {
      contactPolicy: 'contacts',
    })

    expect(
      verdictOf(await access.mayUseTopic(aQuestion({ topic: 'user/bob/application/ann' }))),
    ).toBe(expected)
  })
})

describe('publishing in a group', () => {
  it.each([
    ['allows a member to speak', 'group/g/inbox/ann', { role: 'member' }, 'allow'],
    [
      'refuses a silenced member',
      'group/g/inbox/ann',
      { role: 'member', isSilenced: true },
      'silenced',
    ],
    ['refuses who is no member', 'group/g/inbox/ann', {}, 'not-a-member'],
    ['refuses a group that is not there', 'group/g/inbox/ann', { exists: false }, 'unknown-group'],
    ['allows who is no member to apply', 'group/g/application/ann', {}, 'allow'],
    [
      'refuses a member to apply',
      'group/g/application/ann',
      { role: 'member' },
      'already-a-member',
    ],
    ['refuses who is banned to apply', 'group/g/application/ann', { isBanned: true }, 'banned'],
    [
      'refuses to apply to a group that is not there',
      'group/g/application/ann',
      { exists: false },
      'unknown-group',
    ],
    ['allows a member to invite', 'group/g/invitation/bob/from/ann', { role: 'member' }, 'allow'],
    [
      'refuses a member to invite where admins do',
      'group/g/invitation/bob/from/ann',
      { role: 'member', invitePolicy: 'admins' },
      'may-not-invite',
    ],
    [
      'allows an admin to invite where admins do',
      'group/g/invitation/bob/from/ann',
      { role: 'admin', invitePolicy: 'admins' },
      'allow',
    ],
    ['refuses who is no member to invite', 'group/g/invitation/bob/from/ann', {}, 'not-a-member'],
  ] as const)('%s', async (_name, topic, facts, expected) => {
    const access = topicAccess(aTopicFacts({ group: aGroup(facts) }))

    expect(verdictOf(await access.mayUseTopic(aQuestion({ topic })))).toBe(expected)
  })
})

describe('what no fact can allow', () => {
  // Everything is allowed that can be, so that only the form of the question decides.
  const everything = aTopicFacts({
    recipient: aRecipient({ relation: 'contact' }),
    group: aGroup({ role: 'owner' }),
  })

  it.each([
    ['a direct message in another name', { topic: 'user/bob/inbox/carol' }, 'forged-sender'],
    ['a friend request in another name', { topic: 'user/bob/application/carol' }, 'forged-sender'],
    ['a group message in another name', { topic: 'group/g/inbox/carol' }, 'forged-sender'],
    ['a join request in another name', { topic: 'group/g/application/carol' }, 'forged-sender'],
    [
      'an invitation in another name',
      { topic: 'group/g/invitation/bob/from/carol' },
      'forged-sender',
    ],
    ['a retained direct message', { topic: 'user/bob/inbox/ann', retain: true }, 'retained'],
    ['a retained message anywhere in the tree', { topic: 'group/g/x/y', retain: true }, 'retained'],
    ['a publish to $SYS', { topic: '$SYS/brokers' }, 'dollar-topic'],
    ['a delayed publish', { topic: '$delayed/5/user/bob/inbox/ann' }, 'dollar-topic'],
    ['a subscription of $SYS', { topic: '$SYS/#', action: 'subscribe' }, 'dollar-topic'],
    [
      'a shared subscription',
      { topic: '$share/g/user/ann/#', action: 'subscribe' },
      'dollar-topic',
    ],
    ['a publish to a filter', { topic: 'user/+/inbox/ann' }, 'bad-topic'],
    ['a malformed filter', { topic: 'user/ann/#/x', action: 'subscribe' }, 'bad-topic'],
    ['an empty topic', { topic: '' }, 'bad-topic'],
    [
      'a username that is a wildcard',
      { uid: '+', topic: 'user/+/#', action: 'subscribe' },
      'bad-username',
    ],
    ['no username', { uid: '', topic: 'user//#', action: 'subscribe' }, 'bad-username'],
    [
      'a client id with a level',
      { clientId: 'a/b', topic: 'user/ann/#', action: 'subscribe' },
      'bad-client-id',
    ],
  ] as const)('refuses %s, whatever rules say', async (_name, question, expected) => {
    const access = topicAccess(everything, [aRule({ filter: '#' })])

    expect(verdictOf(await access.mayUseTopic(aQuestion(question)))).toBe(expected)
  })
})

describe('subscribing', () => {
  it.each([
    ['user/ann/#', 'allow'],
    ['user/ann/inbox/+', 'allow'],
    ['user/ann/inbox/bob', 'allow'],
    ['user/ann', 'allow'],
    ['user/bob/#', 'no-rule'],
    ['user/+/inbox/ann', 'no-rule'],
    ['user/#', 'no-rule'],
    ['#', 'no-rule'],
    ['+/ann/#', 'no-rule'],
    ['group/+/invitation/ann/from/+', 'allow'],
    ['group/g/invitation/ann/from/bob', 'allow'],
    ['group/+/invitation/ann/from/#', 'no-rule'],
    ['group/+/invitation/bob/from/+', 'no-rule'],
    ['group/+/inbox/+', 'no-rule'],
    ['group/#', 'no-rule'],
  ])('to %s: %s', async (topic, expected) => {
    const access = topicAccess(aTopicFacts())

    expect(verdictOf(await access.mayUseTopic(aQuestion({ topic, action: 'subscribe' })))).toBe(
      expected,
    )
  })

  it.each([
    ['all', 'member', 'group/g/#', 'allow'],
    ['all', 'member', 'group/g/inbox/+', 'allow'],
    ['all', 'member', 'group/g/application/+', 'allow'],
    ['all', undefined, 'group/g/#', 'not-a-member'],
    ['all', undefined, 'group/g/invitation/bob/from/+', 'not-a-member'],
    ['inbox', 'member', 'group/g/inbox/+', 'allow'],
    ['inbox', 'member', 'group/g/inbox/bob', 'allow'],
    ['inbox', 'owner', 'group/g/#', 'no-rule'],
    ['inbox', 'member', 'group/g/application/+', 'not-an-admin'],
    ['inbox', 'admin', 'group/g/application/+', 'allow'],
    ['inbox', 'admin', 'group/g/application/#', 'no-rule'],
    ['inbox', 'member', 'group/g/invitation/+/from/+', 'no-rule'],
  ] as const)(
    'with group subscriptions %s, role %s, to %s: %s',
    async (groupSubscription, role, topic, expected) => {
      const access = topicAccess(aTopicFacts({ group: aGroup({ role }) }), [], {
        groupSubscription,
      })

      expect(verdictOf(await access.mayUseTopic(aQuestion({ topic, action: 'subscribe' })))).toBe(
        expected,
      )
    },
  )
})

describe('who asks', () => {
  it.each([
    [{ user: 'disabled' }, 'disabled-user'],
    [{ user: 'deleted' }, 'deleted-user'],
    [{ user: 'unknown' }, 'unknown-user'],
    [{ device: 'foreign' }, 'foreign-device'],
    [{ device: 'revoked' }, 'revoked-device'],
    [{ device: 'unknown' }, 'unknown-device'],
  ] as const)('refuses %j even its own topics', async (facts, expected) => {
    const access = topicAccess(aTopicFacts(facts), [aRule({ filter: '#' })])

    expect(
      verdictOf(await access.mayUseTopic(aQuestion({ topic: 'user/ann/#', action: 'subscribe' }))),
    ).toBe(expected)
  })

  it('leaves strangers to the next source where the installation says so, but not deleted users', async () => {
    const question = aQuestion({ topic: 'fleet/7' })
    const stranger = topicAccess(aTopicFacts({ user: 'unknown' }), [], { strangers: 'ignore' })
    const deleted = topicAccess(aTopicFacts({ user: 'deleted' }), [], { strangers: 'ignore' })

    expect((await stranger.mayUseTopic(question)).kind).toBe('ignore')
    expect((await deleted.mayUseTopic(question)).kind).toBe('deny')
  })
})

describe('ACL rules', () => {
  it.each([
    ['allow a topic outside the table', [aRule({ filter: 'fleet/#' })], {}, 'allow'],
    [
      'stand for the user who asks',
      [aRule({ filter: 'fleet/${uid}/${clientid}' })],
      { topic: 'fleet/ann/phone' },
      'allow',
    ],
    [
      'do not stand for others',
      [aRule({ filter: 'fleet/${uid}/#' })],
      { topic: 'fleet/bob/phone' },
      'no-rule',
    ],
    [
      'deny before they allow',
      [aRule({ filter: 'fleet/#' }), aRule({ filter: 'fleet/+/state', effect: 'deny' })],
      {},
      'acl-rule',
    ],
    ['are for one action', [aRule({ filter: 'fleet/#', action: 'subscribe' })], {}, 'no-rule'],
    [
      'of another user do not apply',
      [aRule({ filter: 'fleet/#', scope: { kind: 'user', uid: 'bob' } })],
      {},
      'no-rule',
    ],
    [
      'of the user apply',
      [aRule({ filter: 'fleet/#', scope: { kind: 'user', uid: 'ann' } })],
      {},
      'allow',
    ],
    [
      'of a group apply to its members',
      [aRule({ filter: 'fleet/#', scope: { kind: 'group', gid: 'drivers' } })],
      {},
      'allow',
    ],
    [
      'of another group do not apply',
      [aRule({ filter: 'fleet/#', scope: { kind: 'group', gid: 'cooks' } })],
      {},
      'no-rule',
    ],
    [
      'do not allow a filter that reaches further',
      [aRule({ filter: 'fleet/+/state' })],
      { topic: 'fleet/#', action: 'subscribe' },
      'no-rule',
    ],
    [
      'allow a filter that they cover',
      [aRule({ filter: 'fleet/#' })],
      { topic: 'fleet/+/state', action: 'subscribe' },
      'allow',
    ],
    [
      'deny a filter that reaches what they close',
      [aRule({ filter: 'fleet/#' }), aRule({ filter: 'fleet/secret', effect: 'deny' })],
      { topic: 'fleet/#', action: 'subscribe' },
      'acl-rule',
    ],
    [
      'allow retained messages outside the trees of people',
      [aRule({ filter: 'fleet/#' })],
      { retain: true },
      'allow',
    ],
    [
      'close what the table allows',
      [aRule({ filter: 'user/ann/#', effect: 'deny' })],
      { topic: 'user/ann/#', action: 'subscribe' },
      'acl-rule',
    ],
  ] as const)('%s', async (_name, rules, question, expected) => {
    const access = topicAccess(aTopicFacts({ ruleGids: ['drivers'] }), rules)

    expect(
      verdictOf(await access.mayUseTopic(aQuestion({ topic: 'fleet/7/state', ...question }))),
    ).toBe(expected)
  })
})

function verdictOf(verdict: { readonly kind: string; readonly reason?: string }): string {
  return verdict.reason ?? verdict.kind
}

function aRecipient(facts: Partial<RecipientFacts>): RecipientFacts {
  return { relation: 'stranger', contactPolicy: undefined, ...facts }
}

function aGroup(facts: Partial<GroupFacts>): GroupFacts {
  return {
    exists: true,
    role: undefined,
    isSilenced: false,
    isBanned: false,
    invitePolicy: 'members',
    ...facts,
  }
}

function aRule(rule: Partial<AclRule>): AclRule {
  return {
    id: '1',
    effect: 'allow',
    action: 'all',
    filter: 'x',
    scope: { kind: 'everyone' },
    ...rule,
  }
}
