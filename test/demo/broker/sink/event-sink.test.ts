import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EventSink } from '../../../../demo/broker/sink/event-sink.ts'
import type { SinkOptions } from '../../../../demo/broker/sink/sink-settings.ts'
import { closeAfterEach, closeLater, startBroker } from '../../../support/broker-world.ts'
import { createManualClock } from '../../../support/manual-clock.ts'
import { publish, receive, subscribe } from '../../../support/mqtt-steps.ts'
import {
  type Answer,
  type Reply,
  startQuestionRecorder,
} from '../../../support/question-recorder.ts'
import { aPublish, sinkSettings } from '../../../support/sink-world.ts'

closeAfterEach()

const YES: Reply = { status: 204, body: null }
const RESUME_MS = 2_000

/** A sink on a clock of its own, and what it sends to. */
async function startSink(answer: Answer, options: Partial<SinkOptions> = {}) {
  const clock = createManualClock()
  const recorder = await startQuestionRecorder(answer)
  const sink = new EventSink(sinkSettings(recorder.url, { resumeMs: RESUME_MS, ...options }), clock)
  closeLater(() => recorder.close())
  closeLater(() => sink.close())
  const sent = () => recorder.questions.map(({ body }): string => JSON.parse(body).id)
  return { clock, recorder, sink, sent }
}

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `message ${index}`)
}

describe('an event sink', () => {
  it('sends one request an event, in order over one connection', async () => {
    const { sink, sent, recorder } = await startSink(() => YES)

    for (const id of ids(500)) sink.put(aPublish({ id }))
    await sink.settled()

    expect(sent()).toEqual(ids(500))
    expect(recorder.connections).toBe(1)
    expect(sink.counts).toEqual({ delivered: 500, lost: 0, expired: 0, dropped: 0 })
  })

  it('has no more under way than its window, whatever its connections would carry', async () => {
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const { sink, recorder } = await startSink(() => released.then(() => YES), {
      poolSize: 4,
      inflightMax: 8,
    })

    for (const id of ids(20)) sink.put(aPublish({ id }))
    while (recorder.connections < 4 || recorder.questions.length < 4) await recorder.next()
    expect(recorder.questions.length).toBeLessThanOrEqual(8)
    release()
    await sink.settled()

    expect(recorder.connections).toBe(4)
    expect(new Set(recorder.questions.map(({ body }) => body)).size).toBe(20)
  })

  it('sends the chosen columns, the payload in base64', async () => {
    const { sink, recorder } = await startSink(() => YES, { headers: { 'x-herald-secret': 's' } })

    sink.put(aPublish({ payload: Buffer.from([0xff, 0x00]) }))
    await sink.settled()

    const [request] = recorder.questions
    expect(request?.headerNames).toEqual([
      'content-length',
      'host',
      'content-type',
      'x-herald-secret',
    ])
    expect(request?.path).toBe('/emqx/5/events')
    expect(request?.fields).toEqual({
      id: '000660F604C085A7F443000029A80002',
      clientid: 'anns-phone',
      username: 'ann',
      topic: 'user/bob/inbox/ann',
      qos: 1,
      publish_received_at: 1_795_392_000_000,
      pub_props: { 'User-Property': {} },
      payload_b64: '/wA=',
      event: 'message.publish',
      node: 'emqx@127.0.0.1',
    })
  })

  it.each([
    ['its connection is closed', 'destroy'],
    ['it is answered 429', { status: 429, body: null }],
    ['it is answered 503', { status: 503, body: null }],
  ] as const)('sends an event again when %s, and what comes after it then', async (_, first) => {
    let failures = 3
    const { clock, sink, sent } = await startSink(() => (failures-- > 0 ? first : YES))
    const failed = clock.asked(RESUME_MS)

    sink.put(aPublish({ id: 'one' }))
    await failed
    sink.put(aPublish({ id: 'two' }))
    clock.advance(RESUME_MS)
    await sink.settled()

    expect(sent()).toEqual(['one', 'one', 'one', 'one', 'two'])
    expect(sink.counts).toEqual({ delivered: 2, lost: 0, expired: 0, dropped: 0 })
  })

  it('waits for a server that is not there', async () => {
    const { clock, recorder, sink } = await startSink(() => YES)
    await recorder.close()
    const failed = clock.asked(RESUME_MS)
    sink.put(aPublish())
    await failed
    const back = await startQuestionRecorder(() => YES, Number(new URL(recorder.url).port))
    closeLater(() => back.close())

    clock.advance(RESUME_MS)
    await sink.settled()

    expect(back.questions).toHaveLength(1)
  })

  it('loses the oldest events where its buffer is full', async () => {
    let failures = 3
    const { clock, sink, sent } = await startSink(
      () => (failures-- > 0 ? { status: 429, body: null } : YES),
      { bufferBytesMax: 1_500 },
    )
    const failed = clock.asked(RESUME_MS)
    sink.put(aPublish({ id: 'under way' }))
    await failed

    for (const id of ids(10)) sink.put(aPublish({ id }))
    clock.advance(RESUME_MS)
    await sink.settled()

    expect(sink.counts.dropped).toBeGreaterThan(3)
    expect(sent().slice(4)).toEqual(ids(10).slice(sink.counts.dropped))
  })

  it('gives an event up when it has had no answer for as long as it may live', async () => {
    const { clock, recorder, sink } = await startSink(() => 'hang', { ttlMs: 5_000 })
    const arrived = recorder.next()
    sink.put(aPublish())
    await arrived

    clock.advance(5_000)
    await sink.settled()

    expect(sink.counts).toEqual({ delivered: 0, lost: 0, expired: 1, dropped: 0 })
  })

  it('waits at its end for what is buffered, but not for ever', async () => {
    const { clock, recorder, sink } = await startSink(() => 'hang', { closeWaitMs: 1_000 })
    const arrived = recorder.next()
    sink.put(aPublish())
    await arrived

    const closed = sink.close()
    clock.advance(1_000)
    await closed

    expect(sink.counts.delivered).toBe(0)
  })

  it('waits at its end no longer than it must', async () => {
    const { sink } = await startSink(() => YES, { closeWaitMs: 1_000 })
    sink.put(aPublish())

    await sink.close()

    expect(sink.counts.delivered).toBe(1)
  })
})

describe('the events of a broker', () => {
  it('arrive as Herald needs them: comings, goings, messages to people and their receipt', async () => {
    const rows = await reported({})

    expect(rows.map(({ event }) => event)).toEqual([
      'client.connected',
      'message.publish',
      'message.acked',
      'client.disconnected',
    ])
  })

  it('arrive as others wish', async () => {
    const rows = await reported({ selects: ({ event }) => event === 'session.subscribed' })

    expect(rows.map(({ event }) => event)).toEqual(['session.subscribed', 'session.subscribed'])
  })

  it('arrive with every column of EMQX 5.8.9 where all are asked for', async () => {
    const rows = await reported({ columns: 'all' })

    const fields: Readonly<Record<string, readonly string[]>> = JSON.parse(
      readFileSync(
        new URL('../../../fixtures/emqx-5.8.9/event_fields.json', import.meta.url),
        'utf8',
      ),
    )
    expect(rows).toHaveLength(4)
    for (const row of rows) {
      expect(Object.keys(row).toSorted(), `${row.event}`).toEqual(fields[`${row.event}`])
      if ('payload' in row) expect(row.payload).toBe('hello')
    }
  })
})

/** What arrives of a client that writes to itself, in and out of the rooms where people talk. */
async function reported(
  options: Partial<SinkOptions>,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const recorder = await startQuestionRecorder(() => YES)
  closeLater(() => recorder.close())
  const { broker, client, event } = await startBroker({ events: { url: recorder.url, ...options } })
  const ann = await client({ clientId: 'anns-phone' })
  for (const topic of ['user/ann/inbox/ann', 'weather']) {
    await subscribe(ann, topic)
    await publish(ann, topic)
    await receive(ann)
  }
  ann.send({ cmd: 'disconnect' })
  await event('client.disconnected')
  await broker.eventsSettled()

  expect(broker.eventCounts.delivered).toBe(recorder.questions.length)
  return recorder.questions.map(({ body }) => JSON.parse(body))
}
