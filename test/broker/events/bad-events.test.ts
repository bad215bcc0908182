import { describe, expect, it } from 'vitest'
import { createEmqx4Events } from '../../../src/broker/events/emqx4-events.ts'
import { emqx5Events } from '../../../src/broker/events/emqx5-events.ts'
import { readEvents } from '../../../src/broker/events/read-events.ts'
import samples4 from '../../fixtures/emqx-4.4.19/event_samples.json' with { type: 'json' }
import samples5 from '../../fixtures/emqx-5.8.9/event_samples.json' with { type: 'json' }
import { capturedRequests } from '../../support/captured.ts'
import { eventsIn, readOne, reasonsIn } from './reading.ts'

const emqx4Events = createEmqx4Events({ payloadEncoding: 'base64', now: () => 0 })
const CONNECTED = samples5['client.connected']
const DISCONNECTED = samples5['client.disconnected']
const PUBLISHED = samples5['message.publish']
const ACKED = samples5['message.acked']
const LONG = 'ü'.repeat(65)

describe('a body is rejected', () => {
  it.each([
    ['that is empty', '', 'the body must be JSON'],
    ['that breaks off', '{"event":"client.conn', 'the body must be JSON'],
    ['with a control character in a text', '{"event":"\u0001"}', 'the body must be JSON'],
    ['with more behind it', '{} {}', 'the body must be JSON'],
    ['in another encoding', Buffer.from('{"event":"\xfc"}', 'latin1'), 'the body must be UTF-8'],
    ['that is a number', '5', 'an event must be a JSON object'],
    ['that is null', 'null', 'an event must be a JSON object'],
    ['of an array in an array', '[[]]', 'an event must be a JSON object'],
    ['of 10,001 events', `[${'{},'.repeat(10_000)}{}]`, 'a request must have at most 10000 events'],
  ])('%s', (_, body, reason) => {
    const { rejected, incoming } = readOne(emqx5Events, body)

    expect(rejected.map((one) => one.reason)).toEqual([reason])
    expect(incoming).toEqual([])
  })

  it('that is too long, of which only the beginning was read', () => {
    const { rejected } = readEvents(emqx5Events, { bytes: Buffer.from('{"ev'), isWhole: false })

    expect(rejected).toEqual([
      { dialect: 'emqx5', reason: 'the body is too long', bytes: Buffer.from('{"ev') },
    ])
  })

  it('that a body template of EMQX 5.3 has broken', () => {
    const bodies = capturedRequests('emqx-5.3.2', ['/inbox']).map(({ body }) => body)

    expect(bodies.filter((body) => body !== '').length).toBeGreaterThan(5)
    for (const body of bodies)
      expect(reasonsIn(emqx5Events, body)).toEqual(['the body must be JSON'])
  })
})

describe('an event of EMQX 5 is rejected', () => {
  it.each([
    ['without an event', { id: PUBLISHED.id }, /"event" must be there/],
    ['with an event that is no text', { event: 5 }, /"event" must be text/],
    ['without a client id', { ...CONNECTED, clientid: undefined }, /"clientid" must be text/],
    ['with a client id that is a number', { ...CONNECTED, clientid: 7 }, /"clientid" must be text/],
    ['with an empty client id', { ...CONNECTED, clientid: '' }, /"clientid" must not be empty/],
    [
      'with a wildcard as client id',
      { ...CONNECTED, clientid: '+' },
      /"clientid" must not contain/,
    ],
    ['with U+0000 in a name', { ...CONNECTED, username: 'a\u0000' }, /"username" must not contain/],
    [
      'with half a character',
      { ...CONNECTED, username: 'a\ud800' },
      /"username" must be well-formed/,
    ],
    ['with a long name', { ...CONNECTED, username: LONG }, /"username" must be at most 128 bytes/],
    ['with U+0000 in a node', { ...CONNECTED, node: '\u0000' }, /"node" must not contain U\+0000/],
    [
      'with half a character in a peername',
      { ...CONNECTED, peername: '\udc00' },
      /"peername" must/,
    ],
    [
      'without a time',
      { ...CONNECTED, connected_at: 'undefined' },
      /"connected_at" must be a time/,
    ],
    [
      'with a time before 1970',
      { ...CONNECTED, connected_at: -1 },
      /"connected_at" must be a time/,
    ],
    [
      'with a time after 9999',
      { ...CONNECTED, connected_at: 1e15 },
      /"connected_at" must be a time/,
    ],
    ['with a time as text', { ...DISCONNECTED, disconnected_at: '1' }, /"disconnected_at" must be/],
    [
      'with clean_start as text',
      { ...CONNECTED, clean_start: 'true' },
      /"clean_start" must be true/,
    ],
    [
      'with half a second',
      { ...CONNECTED, expiry_interval: 0.5 },
      /"expiry_interval" must be a whole/,
    ],
    ['with a long keepalive', { ...CONNECTED, keepalive: 65_536 }, /"keepalive" must be a whole/],
    ['without a topic', { ...PUBLISHED, topic: undefined }, /"topic" must be text/],
    [
      'with a filter as topic',
      { ...PUBLISHED, topic: 'user/+/inbox/x' },
      /"topic" must not contain/,
    ],
    [
      'with U+0000 in a topic',
      { ...PUBLISHED, topic: 'a\u0000' },
      /"topic" must not contain U\+0000/,
    ],
    [
      'with a topic of nobody',
      { ...PUBLISHED, topic: 'user//inbox/x' },
      /a name in "topic" must not/,
    ],
    ['with a bad gid', { ...PUBLISHED, topic: 'group/$g/inbox/x' }, /a name in "topic" must not/],
    ['with a short id', { ...PUBLISHED, id: 'abc' }, /"id" must be 32 hexadecimal digits/],
    ['with an id that is no text', { ...ACKED, id: 5 }, /"id" must be text/],
    ['with qos 3', { ...PUBLISHED, qos: 3 }, /"qos" must be 0, 1 or 2/],
    ['with qos as text', { ...PUBLISHED, qos: '1' }, /"qos" must be 0, 1 or 2/],
    ['with a payload that is an object', { ...PUBLISHED, payload: {} }, /"payload" must be text/],
    ['without a payload', { ...PUBLISHED, payload: undefined }, /"payload" must be text/],
    [
      'with half a character in it',
      { ...PUBLISHED, payload: '\ud800' },
      /the payload must be well-/,
    ],
    ['with bad base64', { ...PUBLISHED, payload_b64: 'a' }, /the payload must be base64/],
    [
      'with pub_props that is a list',
      { ...PUBLISHED, pub_props: [] },
      /"pub_props" must be an object/,
    ],
    ['with a property that is a number', propertied({ 'User-Property': { a: 1 } }), /must be text/],
    ['with a broken pair', propertied({ 'User-Property-Pairs': [{ key: 'a' }] }), /must be text/],
    ['with no name in a pair', propertied({ 'User-Property-Pairs': [5] }), /must be text/],
  ])('%s', (_, row, reason) => {
    expect(reasonsIn(emqx5Events, row)).toEqual([expect.stringMatching(reason)])
  })
})

describe('an event of EMQX 4 is rejected', () => {
  it.each([
    ['without an action', {}, /"action" must be text/],
    ['with an action that is no text', { action: null }, /"action" must be text/],
    ['without a client id', { ...samples4.client_connected, clientid: undefined }, /"client_id"/],
    ['with a bad client id', { ...samples4.client_connected, clientid: 'a/b' }, /"clientid" must/],
    ['without a sender', { ...samples4.message_publish, from_client_id: null }, /"from_client_id"/],
    ['without a time', { ...samples4.message_publish, ts: undefined }, /"ts" must be a time/],
    ['with bad base64', { ...samples4.message_publish, payload: 'q' }, /must be base64/],
  ])('%s', (_, row, reason) => {
    expect(reasonsIn(emqx4Events, row)).toEqual([expect.stringMatching(reason)])
  })

  it('whatever its action is called', () => {
    expect(readOne(emqx4Events, { action: 'constructor' }).others).toEqual([['other', 'unknown']])
    expect(readOne(emqx5Events, { event: '__proto__' }).others).toEqual([['other', 'unknown']])
  })
})

describe('a rejected event', () => {
  it('takes none of those beside it with it', () => {
    const rows = [CONNECTED, { event: 5 }, DISCONNECTED, 7, { ...ACKED, id: 'x' }]

    const { incoming, others } = readOne(emqx5Events, rows)

    expect(incoming.map(({ event }) => event.kind)).toEqual(['connected', 'disconnected'])
    expect(others).toEqual([
      ['other', 'rejected'],
      ['other', 'rejected'],
      ['acked', 'rejected'],
    ])
  })

  it('is kept as it came, alone, up to 4 KiB', () => {
    const bad = {
      event: 'message.publish',
      id: 'x',
      topic: 'user/a/inbox/b',
      text: 'ü'.repeat(4096),
    }

    const [alone] = readOne(emqx5Events, JSON.stringify(bad, undefined, 1)).rejected
    const [among] = readOne(emqx5Events, [CONNECTED, bad]).rejected

    const text = JSON.stringify(bad, undefined, 1)
    expect(alone?.bytes).toEqual(Buffer.from(text).subarray(0, 4096))
    expect(among?.bytes).toEqual(Buffer.from(JSON.stringify(bad)).subarray(0, 4096))
  })

  it('does not hold on to the rest of its body', () => {
    const [rejected] = readOne(emqx5Events, Buffer.alloc(1_000_000)).rejected

    expect(rejected?.bytes.buffer.byteLength).toBeLessThan(100_000)
  })
})

describe('a long reason of a disconnect', () => {
  it('is cut, and never within a character', () => {
    const row = { ...DISCONNECTED, reason: `${'x'.repeat(255)}😀${'x'.repeat(5_000)}` }

    const [event] = eventsIn(emqx5Events, row)

    expect(event).toMatchObject({ reason: `${'x'.repeat(255)}\ufffd` })
  })
})

function propertied(pub_props: object): object {
  return { ...PUBLISHED, pub_props }
}
