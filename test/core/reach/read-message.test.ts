import { describe, expect, it } from 'vitest'
import type { PublishedEvent } from '../../../src/core/events/broker-event.ts'
import { readMessage } from '../../../src/core/reach/read-message.ts'

describe('a published event', () => {
  it.each([
    ['user/bob/inbox/ann', { kind: 'direct-message', to: 'bob', gid: undefined }],
    ['user/bob/application/ann', { kind: 'friend-request', to: 'bob', gid: undefined }],
    ['group/crew/inbox/ann', { kind: 'group-message', to: undefined, gid: 'crew' }],
    ['group/crew/application/ann', { kind: 'join-request', to: undefined, gid: 'crew' }],
    ['group/crew/invitation/bob/from/ann', { kind: 'invitation', to: 'bob', gid: 'crew' }],
  ])('to %s is %j', (topic, expected) => {
    expect(readMessage(anEvent({ topic }))).toMatchObject({ ...expected, from: 'ann' })
  })

  it.each([
    'sensors/1',
    'user/bob/inbox',
    'user/bob/inbox/',
    'user/b\u0001b/inbox/ann',
    'user/$b/inbox/ann',
  ])('to %j is no message to people', (topic) => {
    expect(readMessage(anEvent({ topic }))).toBeUndefined()
  })

  it('has the day of the broker’s time, in UTC', () => {
    const receivedAt = Date.parse('2026-11-25T23:59:59.999Z')

    expect(readMessage(anEvent({ receivedAt }))).toMatchObject({
      day: '2026-11-25',
      sentAt: receivedAt,
    })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
    'is a message even at the time %s',
    (receivedAt) => {
      expect(readMessage(anEvent({ receivedAt }))?.day).toMatch(/^\d{4}-\d\d-\d\d$/)
    },
  )

  it('keeps its id, the same at each repeat', () => {
    const id = '0123456789abcdef0123456789abcdef'

    expect(readMessage(anEvent({ id }))?.id).toBe(id)
    expect(readMessage(anEvent({ id: 'odd' }))?.id).toMatch(/^[0-9a-f]{32}$/)
    expect(readMessage(anEvent({ id: 'odd' }))?.id).toBe(readMessage(anEvent({ id: 'odd' }))?.id)
  })

  it('of a broker without ids gets one of its own', () => {
    const [one, other] = [anEvent({ id: undefined }), anEvent({ id: undefined })].map(readMessage)

    expect(one?.id).toMatch(/^[0-9a-f]{32}$/)
    expect(one?.id).not.toBe(other?.id)
  })

  it('is a server’s where it came over the broker’s REST API', () => {
    expect(readMessage(anEvent({ clientId: 'http_api' }))?.isServer).toBe(true)
    expect(readMessage(anEvent({ clientId: 'phone' }))?.isServer).toBe(false)
  })
})

describe('what a message says', () => {
  it('is in the keys of a JSON object', () => {
    const payload = {
      id: 'm1',
      title: 'Hello',
      body: 'How are you?',
      mentions: ['bob', 'cleo'],
      silent: true,
      force: true,
      priority: 'high',
      ttl: 60,
      collapse_key: 'k',
      data: { screen: 'chat' },
    }

    expect(said(JSON.stringify(payload))).toEqual({
      appId: 'm1',
      title: 'Hello',
      body: 'How are you?',
      mentions: ['bob', 'cleo'],
      mentionsAll: false,
      isSilent: true,
      isForced: true,
      priority: 'high',
      ttlSeconds: 60,
      collapseKey: 'k',
      data: '{"screen":"chat"}',
    })
  })

  it('is in user properties, which win', () => {
    const userProperties = {
      'herald-id': 'm2',
      'herald-title': 'Hi',
      'herald-body': 'a text',
      'herald-mentions': 'bob, cleo,all',
      'herald-silent': 'false',
      'herald-force': 'true',
      'herald-priority': 'normal',
      'herald-ttl': '30',
      'herald-collapse-key': 'c',
      'herald-data': '{"a": 1}',
      title: 'the app’s own',
    }

    expect(said('{"id":"m1","silent":true,"data":2}', userProperties)).toEqual({
      appId: 'm2',
      title: 'Hi',
      body: 'a text',
      mentions: ['bob', 'cleo'],
      mentionsAll: true,
      isSilent: false,
      isForced: true,
      priority: 'normal',
      ttlSeconds: 30,
      collapseKey: 'c',
      data: '{"a":1}',
    })
  })

  it.each([
    ['a text', 'Hello', 'Hello'],
    ['a JSON list', '["Hello"]', '["Hello"]'],
    ['broken JSON', '{"body":', '{"body":'],
    ['an object without body', '{"a":1}', undefined],
    ['nothing', '', undefined],
    ['U+0000 alone', '\0', undefined],
  ])('has the body of %s: %j is %j', (_, payload, body) => {
    expect(said(payload)?.body).toBe(body)
  })

  it('has no body where the payload is binary', () => {
    expect(
      readMessage(anEvent({ payload: Uint8Array.of(0xff, 0x00, 0x68) }))?.said.body,
    ).toBeUndefined()
  })

  it.each([
    ['ttl', ['soon', -1, null, [], {}, '1e3', Number.MAX_VALUE]],
    ['mentions', [7, null, {}, [7, null, '', 'a/b', '\0', '\ud800']]],
    ['title', [7, null, {}, [], '']],
    ['id', [1.5, null, {}, [], '', 'x'.repeat(129), 'a\0', '\ud800']],
    ['collapse_key', [7, null, {}, '', 'x'.repeat(65)]],
    ['priority', ['urgent', 1, null]],
    ['silent', ['yes', 1, null, {}]],
    ['force', ['yes', 1, null, {}]],
    ['data', [null, 'x'.repeat(2_048)]],
    ['body', [7, null, {}, []]],
  ])('ignores a malformed %s', (key, values) => {
    const nothing = said('{}')

    for (const value of values) {
      const read = said(JSON.stringify({ [key]: value }))
      const longest = value === Number.MAX_VALUE ? { ttlSeconds: 28 * 86_400 } : {}
      expect(read).toEqual({ ...nothing, ...longest })
    }
  })

  it('falls back on the payload where a user property is malformed', () => {
    expect(said('{"ttl":60,"data":1}', { 'herald-ttl': 'soon', 'herald-data': '{' })).toMatchObject(
      {
        ttlSeconds: 60,
        data: '1',
      },
    )
  })

  it('mentions 100 users at most, each once', () => {
    const mentions = Array.from({ length: 300 }, (_, n) => `u${Math.floor(n / 2)}`)

    expect(said(JSON.stringify({ mentions }))?.mentions).toHaveLength(100)
  })

  it.each(['all', ['all'], ['bob', 'all']])('mentions everybody with %j', (mentions) => {
    expect(said(JSON.stringify({ mentions }))?.mentionsAll).toBe(true)
  })

  it('takes a number for an id', () => {
    expect(said('{"id":42}')?.appId).toBe('42')
  })

  it('has nothing from a prototype', () => {
    expect(said('{"__proto__":{"title":"x"}}')?.title).toBeUndefined()
    expect(said('{}', JSON.parse('{"__proto__":{"herald-title":"x"}}'))?.title).toBeUndefined()
  })
})

function said(payload: string, userProperties: Record<string, string> = {}) {
  return readMessage(anEvent({ payload: Buffer.from(payload), userProperties }))?.said
}

function anEvent(differences: Partial<PublishedEvent> = {}): PublishedEvent {
  return {
    kind: 'published',
    generation: 'emqx5',
    id: '0'.repeat(32),
    clientId: 'phone',
    topic: 'user/bob/inbox/ann',
    qos: 1,
    payload: Buffer.from('hello'),
    userProperties: {},
    receivedAt: Date.parse('2026-11-25T12:00:00Z'),
    ...differences,
  }
}
