import { describe, expect, it } from 'vitest'
import type { Doors } from '../../src/cli/doors.ts'
import type { TopicExplanation } from '../../src/core/access/explain-topic.ts'
import type { TopicQuestion } from '../../src/core/access/topic-question.ts'
import type { ReachExplanation } from '../../src/core/reach/explain-reach.ts'
import { runCli } from './cli-world.ts'

const ASK = 'explain topic --uid 111 --client phone --action publish --topic group/g1/inbox/111'

const EXPLANATION: TopicExplanation = {
  verdict: 'deny',
  reason: 'not-a-member',
  because: 'The user is not a member of the group.',
  facts: [
    { name: 'user', value: 'active' },
    { name: 'isBanned', value: 'false' },
  ],
}

function doorsThat(explain: (question: TopicQuestion) => TopicExplanation): Partial<Doors> {
  return { explainTopic: async (_, question) => explain(question) }
}

describe('explain topic', () => {
  it('prints the verdict, why, and the facts', async () => {
    const { code, out } = await runCli(
      ASK,
      doorsThat(() => EXPLANATION),
    )

    expect(code).toBe(0)
    expect(out).toBe(`deny (not-a-member): The user is not a member of the group.
  user      active
  isBanned  false
`)
  })

  it.each([
    ['', false],
    ['--retain', true],
  ])('asks what the broker would ask, with "%s"', async (option, retain) => {
    const asked: TopicQuestion[] = []

    await runCli(
      `${ASK} ${option}`,
      doorsThat((question) => {
        asked.push(question)
        return EXPLANATION
      }),
    )

    expect(asked).toEqual([
      {
        uid: '111',
        clientId: 'phone',
        action: 'publish',
        topic: 'group/g1/inbox/111',
        retain,
      },
    ])
  })

  it('asks on the settings that are given beside the question', async () => {
    const flags: unknown[] = []

    await runCli(`${ASK} --group-subscription inbox`, {
      explainTopic: async (given) => {
        flags.push(given)
        return EXPLANATION
      },
    })

    expect(flags).toEqual([{ HERALD_GROUP_SUBSCRIPTION: 'inbox' }])
  })

  it('refuses an action that there is not', async () => {
    const { code, err } = await runCli(ASK.replace('publish', 'shout'), {})

    expect(code).toBe(1)
    expect(err).toContain('Allowed choices are publish, subscribe')
  })
})

describe('explain reach', () => {
  const ask = 'explain reach --uid ann --topic user/ann/inbox/bob'
  const explanation: ReachExplanation = {
    verdict: 'reached',
    reason: undefined,
    because: '1 address is notified, unless something comes in between.',
    deliveries: [{ name: 'delivery to ann-phone', value: 'push by stub, at once' }],
    facts: [{ name: 'user', value: 'active' }],
  }

  it('prints what would happen, and what was looked at', async () => {
    const { out } = await runCli(ask, { explainReach: async () => explanation })

    expect(out).toBe(`reached: 1 address is notified, unless something comes in between.
  delivery to ann-phone  push by stub, at once
  user                   active
`)
  })

  it('prints why not', async () => {
    const refused: ReachExplanation = {
      ...explanation,
      verdict: 'unreached',
      reason: 'muted',
      because: 'Muted.',
      deliveries: [],
    }

    const { out } = await runCli(ask, { explainReach: async () => refused })

    expect(out).toBe('unreached (muted): Muted.\n  user  active\n')
  })

  it('prints an object for machines', async () => {
    const { out } = await runCli(`${ask} --json`, { explainReach: async () => explanation })

    expect(JSON.parse(out)).toMatchObject({ verdict: 'reached', facts: [{ name: 'user' }] })
  })

  it('asks about the message that is described, on the settings that are given', async () => {
    const asked: unknown[] = []

    for (const more of ['', '--server --body hello --presence-grace 5s']) {
      await runCli(`${ask} ${more}`, {
        explainReach: async (flags, question) => {
          asked.push(flags, question)
          return explanation
        },
      })
    }

    const question = { uid: 'ann', topic: 'user/ann/inbox/bob' }
    expect(asked).toEqual([
      {},
      { ...question, body: '', isServer: false },
      { HERALD_PRESENCE_GRACE: '5s' },
      { ...question, body: 'hello', isServer: true },
    ])
  })
})
