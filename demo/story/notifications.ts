import assert from 'node:assert/strict'
import type { DeviceName } from '../stage/people.ts'
import type { Stage } from '../stage/stage.ts'
import type { StubNote } from '../stage/stub-inbox.ts'
import type { Cast } from './cast.ts'
import { inTime } from './patience.ts'
import type { Story } from './story.ts'

const HOUR_MS = 3_600_000

/** Who is away is notified. The notifications are those that the provider "stub" was given. */
export async function playNotifications(stage: Stage, story: Story, cast: Cast): Promise<void> {
  await offline(stage, story, cast)
  await readElsewhere(stage, story, cast)
  await preferences(stage, story, cast)
  await quietHours(stage, story, cast)
  await tunnel(stage, story, cast)
}

async function offline(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Bob puts his devices away. Herald notifies them.')
  await story.step('bob-phone says good night, and both of his devices go offline', async () => {
    // Whoever writes into a conversation has read it: nothing is unread now.
    await cast.at('bob-phone').publish('user/alice/inbox/bob', 'Good night.')
    await cast.at('bob-phone').publish('group/friends/inbox/bob', 'Good night, all.')
    await cast.leave('bob-phone')
    await cast.leave('bob-laptop')
  })
  await story.step('Alice writes, and a notification appears on both, badge 1', async () => {
    await cast.at('alice-phone').publish('user/bob/inbox/alice', 'Are you asleep?')
    for (const device of ['bob-phone', 'bob-laptop'] as const) {
      const { badge, conversation } = await shown(stage, device, 'Are you asleep?')
      assert.deepEqual({ badge, conversation }, { badge: 1, conversation: 'user/alice' })
    }
  })
  await story.step('she writes again, and the badge is 2', async () => {
    await cast.at('alice-phone').publish('user/bob/inbox/alice', 'I am not.')
    assert.equal((await shown(stage, 'bob-phone', 'I am not.')).badge, 2)
  })
  await story.step('nothing appears on her own devices, which are online', async () => {
    const notes = await stage.inbox.all()
    assert.deepEqual(
      notes.filter(({ uid }) => uid === 'alice'),
      [],
    )
  })
}

async function readElsewhere(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Bob reads on his laptop. His phone need not go on about it.')
  await story.step('bob-laptop comes back, has both messages, and answers', async () => {
    const laptop = await cast.enter('bob-laptop', { resume: true })
    await laptop.hears('I am not.')
    await laptop.publish('user/alice/inbox/bob', 'Now I am not either.')
  })
  await story.step("the phone's notification is cleared, and its badge is 0", async () => {
    const cleared = await seen(
      stage,
      'a cleared notification on bob-phone',
      ({ deviceId, kind }) => deviceId === 'bob-phone' && kind === 'clear',
    )
    assert.equal(cleared.conversation, 'user/alice')
    assert.equal(cleared.badge, 0)
    await cast.leave('bob-laptop')
  })
}

async function preferences(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Bob mutes the group.')
  await story.step('Bob mutes "friends" for an hour; Carol goes offline as well', async () => {
    const mutedUntil = new Date(Date.now() + HOUR_MS)
    await stage.withDirectory(({ notifications }) =>
      notifications.setConversation('bob', 'group/friends', { mutedUntil }),
    )
    await cast.leave('carol-phone')
  })
  await story.step('Dave writes to the group: Carol is notified, and Bob is not', async () => {
    await cast.at('dave-phone').publish('group/friends/inbox/dave', 'The cake is here.')
    await shown(stage, 'carol-phone', 'The cake is here.')
    const notes = await stage.inbox.all()
    assert.deepEqual(notes.filter(isAbout('bob', 'group/friends')), [])
  })
  await story.step('Dave mentions Bob, and that beats the mute', async () => {
    const message = { body: '@bob, a piece for you?', mentions: ['bob'] }
    await cast.at('dave-phone').publish('group/friends/inbox/dave', JSON.stringify(message))
    await shown(stage, 'bob-phone', '@bob, a piece for you?')
  })
}

async function quietHours(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Carol has quiet hours.')
  await story.step('Carol wants no sound for an hour from now', async () => {
    const from = clock(Date.now() - HOUR_MS)
    const to = clock(Date.now() + HOUR_MS)
    const quietHours = { days: 127, from, to, zone: 'UTC', action: 'silence' } as const
    await stage.withDirectory(({ notifications }) => notifications.set('carol', { quietHours }))
  })
  await story.step('Dave writes, and her phone shows it without a sound', async () => {
    await cast.at('dave-phone').publish('user/carol/inbox/dave', 'All eaten.')
    assert.equal((await shown(stage, 'carol-phone', 'All eaten.')).isSilent, true)
  })
}

async function tunnel(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter("Bob's phone loses its connection, and nobody is told.")
  await story.step('bob-phone comes back, and drives into a tunnel', async () => {
    const phone = await cast.enter('bob-phone', { resume: true, keepaliveSeconds: 1 })
    await phone.hears('I am not.')
    await stage.broker.eventsSettled()
    cast.vanish('bob-phone')
  })
  await story.step('Alice writes; Bob still counts as online, so nothing is pushed', async () => {
    await cast.at('alice-phone').publish('user/bob/inbox/alice', 'Watch the road!')
    await stage.broker.eventsSettled()
    const notes = await stage.inbox.all()
    assert(!notes.some(({ body }) => body?.includes('Watch the road!')))
  })
  await story.step('the broker misses the phone, and Bob is notified after all', async () => {
    await shown(stage, 'bob-phone', 'Watch the road!')
  })
  await story.step('bob-phone is back, and has the message from its session', async () => {
    const phone = await cast.enter('bob-phone', { resume: true })
    await phone.hears('Watch the road!')
  })
}

/** Waits for a notification on a device that shows `text`. */
async function shown(stage: Stage, device: DeviceName, text: string): Promise<StubNote> {
  return await seen(
    stage,
    `notification of "${text}" on ${device}`,
    ({ deviceId, body }) => deviceId === device && body?.includes(text) === true,
  )
}

async function seen(
  { inbox }: Stage,
  name: string,
  matches: (note: StubNote) => boolean,
): Promise<StubNote> {
  return await inTime(inbox.next(matches), name)
}

function isAbout(whom: string, what: string): (note: StubNote) => boolean {
  return ({ uid, conversation }) => uid === whom && conversation === what
}

/** `07:30`, in UTC. */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16)
}
