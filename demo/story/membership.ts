import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import type { Cast } from './cast.ts'
import type { Story } from './story.ts'

const LOOK_MS = 10
const PATIENCE_MS = 5_000

/** Nobody subscribes to a group: Herald does it at the broker, and undoes it. */
export async function playMembership(
  { broker, withDirectory }: Stage,
  story: Story,
  { at }: Cast,
): Promise<void> {
  story.chapter('Eve is invited. Herald subscribes her phone, and takes it away again.')
  await story.step('Alice invites Eve, whose phone never asked for invitations', async () => {
    await at('alice-phone').publish('group/friends/invitation/eve/from/alice', 'Join us!')
    await at('eve-phone').hears('Join us!')
  })
  await story.step('Eve joins, and hears the group without subscribing', async () => {
    await called('subscribe', () =>
      withDirectory(({ members }) => members.add('friends', 'eve', 'member')),
    )
    await at('alice-phone').publish('group/friends/inbox/alice', 'Welcome, Eve.')
    await at('eve-phone').hears('Welcome, Eve.')
  })
  await story.step('Eve is removed, stays connected, and hears it no more', async () => {
    await called('unsubscribe', () =>
      withDirectory(({ members }) => members.remove('friends', 'eve')),
    )
    await at('alice-phone').publish('group/friends/inbox/alice', 'Is she gone?')
    await at('alice-phone').publish('user/eve/inbox/alice', 'Sorry, Eve.')
    await at('eve-phone').hears('Sorry, Eve.')
    const texts = at('eve-phone').received.map(({ text }) => text)
    assert.ok(!texts.includes('Is she gone?'))
  })

  /** Does `change`, and waits for what follows from it at the broker. */
  async function called(
    verb: 'subscribe' | 'unsubscribe',
    change: () => Promise<unknown>,
  ): Promise<void> {
    const route = `POST /clients/:clientid/${verb}/bulk`
    const calls = () => broker.management.calls.get(route) ?? 0
    const before = calls()
    await change()
    const deadline = performance.now() + PATIENCE_MS
    while (calls() === before) {
      assert.ok(performance.now() < deadline, `the broker was not asked to ${verb}`)
      await pause(LOOK_MS)
    }
  }
}
