import assert from 'node:assert/strict'
import type { DeviceName } from '../stage/people.ts'
import type { Stage } from '../stage/stage.ts'
import { type Cast, createCast } from './cast.ts'
import { playMembership } from './membership.ts'
import { playNotifications } from './notifications.ts'
import { switchOn } from './phone.ts'
import { playProviders } from './providers.ts'
import type { Story } from './story.ts'

/** MQTT 5.0 §2.4. */
const SUCCESS = 0
const GRANTED_QOS_1 = 1
const NOT_AUTHORIZED = 135

/** Plays the conversation and tells it. */
export async function playConversation(stage: Stage, story: Story): Promise<void> {
  const cast = createCast(stage)
  try {
    await logIn(stage, story, cast)
    await chat(story, cast)
    await group(story, cast)
    await refusals(story, cast)
    await away(story, cast)
    await playMembership(stage, story, cast)
    await playNotifications(stage, story, cast)
    await playProviders(stage, story, cast)
  } finally {
    await cast.leaveAll()
  }
}

const DEVICES: readonly DeviceName[] = [
  'alice-phone',
  'alice-laptop',
  'bob-phone',
  'bob-laptop',
  'carol-phone',
  'dave-phone',
  'eve-phone',
]

async function logIn({ broker, people }: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Everybody logs in. The broker asks Herald about each of them.')
  for (const name of DEVICES) {
    const { uid } = people[name]
    const isLaptop = name.endsWith('laptop')
    await story.step(
      `${name} logs in with its secret${isLaptop ? ', over WebSocket' : ''}`,
      async () => {
        const phone = await cast.enter(name)
        assert.equal(await phone.subscribe(`user/${uid}/#`), GRANTED_QOS_1)
        if (uid !== 'eve') assert.equal(await phone.subscribe('group/friends/#'), GRANTED_QOS_1)
      },
    )
  }
  const { 'bob-phone': bob } = people
  const url = `mqtt://127.0.0.1:${broker.tcpPort}`
  await story.step('somebody who guesses a secret of bob-phone is refused', () =>
    assert.rejects(switchOn({ ...bob, secret: 'let me in' }, { url })),
  )
  await story.step("carol is refused with bob's secret under her own name", () =>
    assert.rejects(switchOn({ ...bob, uid: 'carol' }, { url })),
  )
}

async function chat(story: Story, cast: Cast): Promise<void> {
  const { at } = cast
  story.chapter('Alice and Bob chat, from two devices each.')
  await story.step('alice-phone writes to Bob, and both of his devices show it', async () => {
    assert.equal(await at('alice-phone').publish('user/bob/inbox/alice', 'Tea at four?'), SUCCESS)
    await allHear(cast, ['bob-phone', 'bob-laptop'], 'Tea at four?')
  })
  await story.step('bob-laptop answers, and both of hers show it', async () => {
    assert.equal(await at('bob-laptop').publish('user/alice/inbox/bob', 'At five.'), SUCCESS)
    await allHear(cast, ['alice-phone', 'alice-laptop'], 'At five.')
  })
}

async function group(story: Story, cast: Cast): Promise<void> {
  story.chapter('The group "friends" has four members.')
  await story.step('dave-phone writes to the group, and everybody in it gets it', async () => {
    assert.equal(
      await cast.at('dave-phone').publish('group/friends/inbox/dave', 'Who brings cake?'),
      SUCCESS,
    )
    await allHear(
      cast,
      ['alice-phone', 'alice-laptop', 'bob-phone', 'bob-laptop', 'carol-phone'],
      'Who brings cake?',
    )
  })
}

async function refusals(story: Story, { at }: Cast): Promise<void> {
  story.chapter('What nobody may do, Herald refuses.')
  const refused = async (code: Promise<number>) => assert.equal(await code, NOT_AUTHORIZED)
  await story.step("Carol may not read Alice's inbox", () =>
    refused(at('carol-phone').subscribe('user/alice/inbox/+')),
  )
  await story.step("Carol may not read everybody's inbox", () =>
    refused(at('carol-phone').subscribe('user/+/inbox/+')),
  )
  await story.step('Carol may not write to Alice, whose contacts she is not among', () =>
    refused(at('carol-phone').publish('user/alice/inbox/carol', 'Hello?')),
  )
  await story.step("Dave may not write to Alice in Bob's name", () =>
    refused(at('dave-phone').publish('user/alice/inbox/bob', 'I am Bob.')),
  )
  await story.step('Eve, an outsider, may not listen to the group', () =>
    refused(at('eve-phone').subscribe('group/friends/#')),
  )
  await story.step('Eve may not write to the group either', () =>
    refused(at('eve-phone').publish('group/friends/inbox/eve', 'Let me in!')),
  )
  await story.step('and none of it reached anybody', async () => {
    // A message that is allowed comes after them all, in the order of one connection.
    await at('dave-phone').publish('group/friends/inbox/dave', 'I do.')
    await at('alice-phone').hears('I do.')
    const texts = at('alice-phone').received.map(({ text }) => text)
    assert.deepEqual(texts, ['At five.', 'Who brings cake?', 'I do.'])
    assert.deepEqual(at('eve-phone').received, [])
  })
}

async function away(story: Story, cast: Cast): Promise<void> {
  story.chapter('Bob goes through a tunnel. The broker keeps what his phone misses.')
  await story.step('bob-phone goes offline, and Alice writes', async () => {
    await cast.leave('bob-phone')
    const code = await cast.at('alice-phone').publish('user/bob/inbox/alice', 'Five it is.')
    assert.equal(code, SUCCESS)
  })
  await story.step('bob-phone comes back, asks for nothing, and has the message', async () => {
    const back = await cast.enter('bob-phone', { resume: true })
    const { topic } = await back.hears('Five it is.')
    assert.equal(topic, 'user/bob/inbox/alice')
  })
}

async function allHear({ at }: Cast, names: readonly DeviceName[], text: string): Promise<void> {
  await Promise.all(names.map((name) => at(name).hears(text)))
}
