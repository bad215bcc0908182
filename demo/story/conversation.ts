import assert from 'node:assert/strict'
import type { Stage } from '../stage/stage.ts'
import { type Phone, switchOn } from './phone.ts'
import type { Story } from './story.ts'

/** MQTT 5.0 §2.4. */
const SUCCESS = 0
const GRANTED_QOS_1 = 1
const NOT_AUTHORIZED = 135

/** Plays the conversation and tells it. */
export async function playConversation(stage: Stage, story: Story): Promise<void> {
  const url = `mqtt://127.0.0.1:${stage.broker.tcpPort}`
  const phones = new Map<string, Phone>()
  const at = (name: string): Phone => {
    const phone = phones.get(name)
    assert(phone !== undefined, `${name} is not online`)
    return phone
  }
  try {
    await logIn(stage, story, url, phones)
    await chat(story, at)
    await group(story, at)
    await refusals(story, at)
    await away(stage, story, url, phones)
  } finally {
    await Promise.all([...phones.values()].map((phone) => phone.leave()))
  }
}

type At = (name: string) => Phone

async function logIn(
  stage: Stage,
  story: Story,
  url: string,
  phones: Map<string, Phone>,
): Promise<void> {
  story.chapter('Everybody logs in. The broker asks Herald about each of them.')
  const websocket = `ws://127.0.0.1:${stage.broker.wsPort}/mqtt`
  for (const [name, who] of Object.entries(stage.people)) {
    const isLaptop = name.endsWith('laptop')
    await story.step(
      `${name} logs in with its secret${isLaptop ? ', over WebSocket' : ''}`,
      async () => {
        const phone = await switchOn(who, { url: isLaptop ? websocket : url })
        phones.set(name, phone)
        assert.equal(await phone.subscribe(`user/${who.uid}/#`), GRANTED_QOS_1)
        if (who.uid !== 'eve') assert.equal(await phone.subscribe('group/friends/#'), GRANTED_QOS_1)
      },
    )
  }
  const { 'bob-phone': bob } = stage.people
  await story.step('somebody who guesses a secret of bob-phone is refused', () =>
    assert.rejects(switchOn({ ...bob, secret: 'let me in' }, { url })),
  )
  await story.step("carol is refused with bob's secret under her own name", () =>
    assert.rejects(switchOn({ ...bob, uid: 'carol' }, { url })),
  )
}

async function chat(story: Story, at: At): Promise<void> {
  story.chapter('Alice and Bob chat, from two devices each.')
  await story.step('alice-phone writes to Bob, and both of his devices show it', async () => {
    assert.equal(await at('alice-phone').publish('user/bob/inbox/alice', 'Tea at four?'), SUCCESS)
    await allHear(at, ['bob-phone', 'bob-laptop'], 'Tea at four?')
  })
  await story.step('bob-laptop answers, and both of hers show it', async () => {
    assert.equal(await at('bob-laptop').publish('user/alice/inbox/bob', 'At five.'), SUCCESS)
    await allHear(at, ['alice-phone', 'alice-laptop'], 'At five.')
  })
}

async function group(story: Story, at: At): Promise<void> {
  story.chapter('The group "friends" has four members.')
  await story.step('dave-phone writes to the group, and everybody in it gets it', async () => {
    assert.equal(
      await at('dave-phone').publish('group/friends/inbox/dave', 'Who brings cake?'),
      SUCCESS,
    )
    await allHear(
      at,
      ['alice-phone', 'alice-laptop', 'bob-phone', 'bob-laptop', 'carol-phone'],
      'Who brings cake?',
    )
  })
}

async function refusals(story: Story, at: At): Promise<void> {
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

async function away(
  stage: Stage,
  story: Story,
  url: string,
  phones: Map<string, Phone>,
): Promise<void> {
  story.chapter('Bob goes through a tunnel. The broker keeps what his phone misses.')
  await story.step('bob-phone goes offline, and Alice writes', async () => {
    await phones.get('bob-phone')?.leave()
    phones.delete('bob-phone')
    const alice = phones.get('alice-phone')
    assert.equal(await alice?.publish('user/bob/inbox/alice', 'Five it is.'), SUCCESS)
  })
  await story.step('bob-phone comes back, asks for nothing, and has the message', async () => {
    const back = await switchOn(stage.people['bob-phone'], { url, resume: true })
    phones.set('bob-phone', back)
    const { topic } = await back.hears('Five it is.')
    assert.equal(topic, 'user/bob/inbox/alice')
  })
}

async function allHear(at: At, names: readonly string[], text: string): Promise<void> {
  await Promise.all(names.map((name) => at(name).hears(text)))
}
