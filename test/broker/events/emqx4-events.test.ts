import { describe, expect, it } from 'vitest'
import { createEmqx4Events } from '../../../src/broker/events/emqx4-events.ts'
import samples from '../../fixtures/emqx-4.4.19/event_samples.json' with { type: 'json' }
import { capturedRequests } from '../../support/captured.ts'
import { eventsIn, readOne, resultsIn } from './reading.ts'

const NOW = 1_795_460_000_000
const emqx4Events = createEmqx4Events({ payloadEncoding: 'base64', now: () => NOW })

describe('EMQX 4.4', () => {
  it('reports a connection', () => {
    expect(eventsIn(emqx4Events, samples.client_connected)).toEqual([
      {
        kind: 'connected',
        generation: 'emqx4',
        clientId: 'b1',
        username: 'u2',
        node: 'emqx44@127.0.0.1',
        peername: '127.0.0.1',
        connectedAt: 1795460075067,
        cleanStart: undefined,
        expirySeconds: undefined,
        keepaliveSeconds: 60,
      },
    ])
  })

  it('reports the end of a connection', () => {
    expect(eventsIn(emqx4Events, { ...samples.client_disconnected, username: 'u3' })).toEqual([
      {
        kind: 'disconnected',
        generation: 'emqx4',
        clientId: 'x3',
        username: 'u3',
        node: 'emqx44@127.0.0.1',
        peername: '',
        connectedAt: 1795460075701,
        disconnectedAt: 1795460075906,
        reason: 'normal',
      },
    ])
  })

  it('reports a message, without an id', () => {
    expect(eventsIn(emqx4Events, samples.message_publish)).toEqual([
      {
        kind: 'published',
        generation: 'emqx4',
        id: undefined,
        clientId: 'a1',
        topic: 'user/2/inbox/x',
        qos: 0,
        payload: Buffer.from('q0'),
        userProperties: {},
        receivedAt: 1795460076984,
      },
    ])
  })

  it('reports acknowledgements that are of no known message', () => {
    expect(resultsIn(emqx4Events, samples.message_acked)).toEqual(['acked ignored'])
  })

  it('reports clients without a username, who are not ours', () => {
    expect(resultsIn(emqx4Events, samples.client_disconnected)).toEqual(['disconnected ignored'])
  })

  it('sent nothing that is not understood, but for a client id that Herald lets nobody have', () => {
    const requests = capturedRequests('emqx-4.4.19', ['/v4/hook'])
    const kinds = new Map<string, number>()

    for (const { body } of requests) {
      const { incoming, others, rejected } = readOne(emqx4Events, body)
      if (rejected.length > 0) expect(JSON.parse(body).clientid).toBe('ü&=+ "')
      const [kind = ''] = [
        ...incoming.map(({ event }) => event.kind),
        ...others.map((other) => other.join(' ')),
      ]
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }

    expect(Object.fromEntries(kinds)).toEqual({
      'acked ignored': 6,
      connected: 20,
      'connected ignored': 1,
      'connected rejected': 1,
      disconnected: 17,
      'disconnected ignored': 1,
      'disconnected rejected': 1,
      'other unknown': 117,
      published: 6,
      'published ignored': 4,
    })
  })
})

describe('EMQX 2 and 3', () => {
  it('say client_id, and seconds', () => {
    const row = {
      action: 'client_connected',
      client_id: 'C1',
      username: 'u1',
      keepalive: 60,
      ipaddress: '127.0.0.1',
      proto_ver: 4,
      connected_at: 1556176748,
      conn_ack: 0,
    }

    expect(eventsIn(emqx4Events, row)).toMatchObject([
      { clientId: 'C1', node: '', connectedAt: 1556176748000 },
    ])
  })

  it('report who was not let in', () => {
    const row = { action: 'client_connected', client_id: 'c', username: 'u', conn_ack: 4 }

    expect(resultsIn(emqx4Events, row)).toEqual(['connected ignored'])
  })

  it('do not say when a connection ended: it is now', () => {
    const row = {
      action: 'client_disconnected',
      client_id: 'C1',
      username: 'undefined',
      reason: 'normal',
    }

    expect(eventsIn(emqx4Events, { ...row, username: 'u1' })).toMatchObject([
      { clientId: 'C1', connectedAt: undefined, disconnectedAt: NOW },
    ])
    expect(resultsIn(emqx4Events, row)).toEqual(['disconnected ignored'])
  })

  it('report messages with seconds and plain payloads', () => {
    const plain = createEmqx4Events({ payloadEncoding: 'plain', now: () => NOW })
    const row = {
      action: 'message_publish',
      from_client_id: 'C1',
      from_username: 'u1',
      topic: 'group/g/inbox/u1',
      qos: 2,
      retain: false,
      payload: 'grüß dich',
      ts: 1556176748,
    }

    expect(eventsIn(plain, row)).toMatchObject([
      { qos: 2, payload: Buffer.from('grüß dich'), receivedAt: 1556176748000 },
    ])
  })
})
