import { describe, expect, it } from 'vitest'
import { eventRequest } from '../../../bench/world/event-requests.ts'
import { createRandom } from '../../../bench/world/random.ts'
import { createWorld } from '../../../bench/world/world.ts'

const world = createWorld(0.001)
const AT = 1_795_392_000_000

function fieldsOf(kind: 'presence' | 'direct-message', seed: number) {
  const random = createRandom(seed)
  return Array.from({ length: 2_000 }, (_, index): Readonly<Record<string, unknown>> => {
    const { fields } = eventRequest(kind, world, random, { seed, index, at: AT })
    return { ...fields }
  })
}

describe('events of a bench', () => {
  it('are messages to people who are offline and have not blocked the sender, each with its own id', () => {
    const messages = [...fieldsOf('direct-message', 1), ...fieldsOf('direct-message', 2)]

    for (const { topic, username } of messages) {
      const [, to, from] = /^user\/user(\d+)\/inbox\/user(\d+)$/.exec(`${topic}`) ?? []
      expect(Number(to) % 2).toBe(0)
      expect(Number(from) % 2).toBe(1)
      expect(username).toBe(`user${from}`)
      expect(world.blockedBy(Number(to))).not.toBe(Number(from))
    }
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
    expect(messages.every(({ id }) => /^[0-9A-F]{32}$/.test(`${id}`))).toBe(true)
  })

  it('are comings and goings of devices of theirs, but of nobody in the crowd', () => {
    const events = fieldsOf('presence', 1)

    for (const { clientid, username } of events) {
      const user = Number(`${username}`.slice('user'.length))
      const device = Number(`${clientid}`.slice('device'.length))
      expect(user).toBeGreaterThanOrEqual(world.size.crowd)
      expect(user % 2).toBe(1)
      expect(device % world.size.users).toBe(user)
    }
    const kinds = new Set(events.map(({ event }) => event))
    expect(kinds).toEqual(new Set(['client.connected', 'client.disconnected']))
  })
})
