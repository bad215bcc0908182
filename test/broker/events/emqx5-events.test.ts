import { describe, expect, it } from 'vitest'
import { emqx5Events } from '../../../src/broker/events/emqx5-events.ts'
import samples53 from '../../fixtures/emqx-5.3.2/event_samples.json' with { type: 'json' }
import samples58 from '../../fixtures/emqx-5.8.9/event_samples.json' with { type: 'json' }
import { capturedRequests } from '../../support/captured.ts'
import { eventsIn, readOne, resultsIn } from './reading.ts'

const VERSIONS = ['emqx-5.3.2', 'emqx-5.8.9'] as const
const HOOKS = ['client.connected', 'client.disconnected', 'message.publish', 'message.acked']

describe('EMQX 5.8', () => {
  it('reports a connection', () => {
    expect(eventsIn(emqx5Events, samples58['client.connected'])).toEqual([
      {
        kind: 'connected',
        generation: 'emqx5',
        clientId: 'c1',
        username: 'u1',
        node: 'emqx58@127.0.0.1',
        peername: '127.0.0.1:42578',
        connectedAt: 1795460601056,
        cleanStart: true,
        expirySeconds: 0,
        keepaliveSeconds: 60,
      },
    ])
  })

  it('reports the end of a connection, and when it had begun', () => {
    expect(eventsIn(emqx5Events, samples58['client.disconnected'])).toEqual([
      {
        kind: 'disconnected',
        generation: 'emqx5',
        clientId: 'c1',
        username: 'u1',
        node: 'emqx58@127.0.0.1',
        peername: '127.0.0.1:42578',
        connectedAt: 1795460601056,
        disconnectedAt: 1795460601372,
        reason: 'normal',
      },
    ])
  })

  it.each(['message.publish', '/inbox'] as const)('reports a message by %s', (name) => {
    expect(eventsIn(emqx5Events, samples58[name])).toEqual([
      {
        kind: 'published',
        generation: 'emqx5',
        id: '000660f63fe8aa3226a9000005990007',
        clientId: 'a1',
        topic: 'user/2/inbox/x',
        qos: 1,
        payload: Buffer.from('hello'),
        userProperties: {},
        receivedAt: 1795460610697,
      },
    ])
  })

  it('reports an acknowledgement with the id of its message', () => {
    expect(eventsIn(emqx5Events, samples58['message.acked'])).toEqual([
      {
        kind: 'acked',
        generation: 'emqx5',
        id: '000660f63fe8aa3226a9000005990007',
        clientId: 'b1',
        username: 'u2',
        topic: 'user/2/inbox/x',
      },
    ])
  })
})

describe('EMQX 5.3', () => {
  it('does not say when a connection that ends had begun', () => {
    expect(eventsIn(emqx5Events, samples53['client.disconnected'])).toMatchObject([
      { clientId: 'c1', connectedAt: undefined, disconnectedAt: 1795458178257 },
    ])
  })
})

describe.each(VERSIONS)('what %s sent', (version) => {
  const requests = capturedRequests(
    version,
    HOOKS.map((name) => `/hook/${name}`),
  )

  it('is read to the last event', () => {
    expect(requests.length).toBeGreaterThan(80)
    for (const { body } of requests) {
      const row = JSON.parse(body)

      const { incoming, others, rejected } = readOne(emqx5Events, body)

      expect(rejected).toEqual([])
      expect(incoming.length + others.length).toBe(1)
      const [event] = incoming.map((one) => one.event)
      if (event === undefined) expect(whyIgnored(row)).toBeDefined()
      else expect(Object.values(event)).toContain(row.clientid)
    }
  })

  it('keeps the id and the time of every message', () => {
    const rows = requests.map(({ body }) => JSON.parse(body)).filter(isChatMessage)

    const events = rows.flatMap((row) => eventsIn(emqx5Events, row))

    expect(events.length).toBeGreaterThan(10)
    expect(
      events.map((event) => event.kind === 'published' && [event.id, event.receivedAt]),
    ).toEqual(rows.map((row) => [row.id.toLowerCase(), row.publish_received_at]))
  })

  it('has events that Herald has no use for', () => {
    const others = ['client.connack', 'session.subscribed', 'message.delivered', 'message.dropped']

    for (const { body } of capturedRequests(
      version,
      others.map((name) => `/hook/${name}`),
    )) {
      expect(resultsIn(emqx5Events, body)).toEqual(['other unknown'])
    }
  })
})

describe('a payload', () => {
  it('is exact in base64, whatever it is', () => {
    const sent = capturedRequests('emqx-5.8.9', ['/inbox']).map(({ body }) => body)

    for (const body of sent) {
      const [event] = eventsIn(emqx5Events, JSON.parse(body))
      const payload = event?.kind === 'published' ? Buffer.from(event.payload) : undefined
      expect(payload?.toString('base64')).toBe(JSON.parse(body).payload_b64)
    }
    expect(sent.length).toBeGreaterThan(10)
  })

  it('is exact as text where it is UTF-8, U+0000 and all', () => {
    expect(payloadOf({ payload: 'grüß\u0000 dich' })).toEqual(Buffer.from('grüß\u0000 dich'))
  })

  it('in base64 wins over what the broker made text of', () => {
    expect(payloadOf({ payload: '\ufffd', payload_b64: '/w==' })).toEqual(Buffer.from([0xff]))
  })

  it('may be empty', () => {
    expect(payloadOf({ payload: '' })).toEqual(Buffer.alloc(0))
    expect(payloadOf({ payload_b64: '' })).toEqual(Buffer.alloc(0))
  })
})

describe('user properties', () => {
  it('are read from pairs, of a name given twice the last', () => {
    const pairs = [
      { key: 'herald-title', value: 'one' },
      { key: 'herald-title', value: 'two' },
      { key: '__proto__', value: 'three' },
    ]

    const properties = propertiesOf({ 'User-Property-Pairs': pairs, 'User-Property': {} })

    expect(Object.entries(properties)).toEqual([
      ['herald-title', 'two'],
      ['__proto__', 'three'],
    ])
  })

  it('are read from the object where there are no pairs', () => {
    expect(Object.entries(propertiesOf({ 'User-Property': { a: 'b' } }))).toEqual([['a', 'b']])
  })

  it.each([['undefined'], [null], [{}], [{ 'User-Property': {} }]])(
    'are none in %j',
    (pub_props) => {
      expect(propertiesOf(pub_props)).toEqual({})
    },
  )
})

describe('a row with chosen columns', () => {
  it('takes its time from the id where it has none', () => {
    const { id, topic } = samples58['message.publish']

    const [event] = eventsIn(emqx5Events, { id, topic, payload_b64: 'aGk=' })

    expect(event).toMatchObject({ clientId: '', qos: 1, receivedAt: 1795460610697 })
  })

  it('may call itself by an event that is not a message', () => {
    const row = { ...samples58['/inbox'], event: 'message.delivered' }

    expect(resultsIn(emqx5Events, row)).toEqual(['other unknown'])
  })
})

describe('an event that is about nobody of ours', () => {
  it.each([
    ['a message to another topic', { topic: 'room/1' }],
    ['a message to a tree of people that nobody has', { topic: 'user/2/outbox/x' }],
  ])('is ignored: %s', (_, fields) => {
    expect(resultsIn(emqx5Events, { ...samples58['message.publish'], ...fields })).toEqual([
      'published ignored',
    ])
  })

  it.each(['client.connected', 'client.disconnected', 'message.acked'] as const)(
    'is ignored: %s without a username',
    (name) => {
      const row = { ...samples58[name], username: 'undefined' }

      expect(resultsIn(emqx5Events, row)).toEqual([`${name.replace(/.*\./, '')} ignored`])
    },
  )
})

function payloadOf(fields: object): Uint8Array | undefined {
  const { payload, ...row } = samples58['message.publish']
  const [event] = eventsIn(emqx5Events, { ...row, ...fields })
  return event?.kind === 'published' ? event.payload : undefined
}

function propertiesOf(pub_props: unknown): Readonly<Record<string, string>> {
  const [event] = eventsIn(emqx5Events, { ...samples58['message.publish'], pub_props })
  if (event?.kind !== 'published') throw new Error('no message')
  return event.userProperties
}

function whyIgnored({ topic, username }: Record<string, unknown>): string | undefined {
  if (username === 'undefined') return 'no user'
  return typeof topic === 'string' &&
    !/^(user|group)\/[^/]+\/(inbox|application)\/[^/]+$/.test(topic)
    ? 'no chat'
    : undefined
}

function isChatMessage({ event, topic }: Record<string, unknown>): boolean {
  return event === 'message.publish' && whyIgnored({ topic }) === undefined
}
