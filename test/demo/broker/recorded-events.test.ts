import type { IConnectPacket, IPublishPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { type AskingWorld, closeAfterEach, startAskingBroker } from '../../support/broker-world.ts'
import { acknowledge, publish, subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW, type Answer, DENY } from '../../support/question-recorder.ts'
import type { RawMqtt } from '../../support/raw-mqtt.ts'
import { recordedEvents, reportedEvents } from '../../support/recorded-events.ts'
import { EARLIER_SETTINGS } from '../../support/recorded-settings.ts'
import { type RecordedLine, readRecording } from '../../support/recording.ts'

closeAfterEach()

/**
 * The conversations that were recorded, held once more, packet by packet. EMQX reports over several
 * connections, in no particular order; so the events are compared as a set.
 */
describe('a recorded conversation', () => {
  it('of MQTT 3.1.1 clients asks and reports what EMQX 5.8.9 did', async () => {
    const lines = readRecording('emqx-5.8.9/02_authz_pubsub_v311')
    const world = await startAskingBroker(ANSWER, EARLIER_SETTINGS)

    await talkInV4(world)

    expectSame(world, lines)
  })

  it('of MQTT 5 clients asks and reports what EMQX 5.8.9 did', async () => {
    const lines = readRecording('emqx-5.8.9/03_authz_pubsub_v5')
    const world = await startAskingBroker(ANSWER, EARLIER_SETTINGS)

    await talkInV5(world)

    expectSame(world, lines)
  })

  it('with retained messages asks and reports what EMQX 5.8.9 did', async () => {
    const lines = readRecording('emqx-5.8.9/08_retained')
    const world = await startAskingBroker(ANSWER, EARLIER_SETTINGS)

    await talkRetained(world)

    expectSame(world, lines)
  })

  it('of clients that come twice asks and reports what EMQX 5.8.9 did', async () => {
    const lines = readRecording('emqx-5.8.9/05_takeover')
    const world = await startAskingBroker(ANSWER, EARLIER_SETTINGS)

    for (const takeover of TAKEOVERS) await comeTwice(world, takeover)

    expectSame(world, lines)
  })
})

/** The recorder's way to answer, by topic. */
const ANSWER: Answer = ({ fields }) => {
  if (fields.topic?.includes('deny')) return DENY
  return fields.topic?.includes('ignore') ? { status: 200, body: { result: 'ignore' } } : ALLOW
}

function expectSame(world: AskingWorld, lines: readonly RecordedLine[]): void {
  const recorded = lines.flatMap((line) =>
    line.kind === 'http' && /^\/auth[nz]$/.test(line.path) ? [line.body] : [],
  )
  expect(world.recorder.questions.map(({ body }) => body)).toEqual(recorded)
  expect(reportedEvents(world.events).toSorted()).toEqual(recordedEvents(lines).toSorted())
}

const V4 = { protocolVersion: 4, keepalive: 60, password: Buffer.from('good') } as const
const V5 = { protocolVersion: 5, keepalive: 60, password: Buffer.from('good') } as const

async function talkInV4(world: AskingWorld): Promise<void> {
  const a = await world.client({ ...V4, clientId: 'a1', username: 'u1' })
  const b = await world.client({ ...V4, clientId: 'b1', username: 'u2' })
  await subscribe(b, { topic: 'user/2/inbox/x', qos: 1 })
  await subscribe(b, { topic: 'user/+/inbox/+', qos: 2 })
  await subscribe(b, { topic: 'room/#', qos: 0 })
  await subscribe(b, { topic: '$share/g1/shared/t', qos: 1 })
  await subscribe(b, { topic: 'x/deny/1', qos: 1 })
  await subscribe(b, { topic: 'x/ignore/1', qos: 1 })
  await subscribe(b, 'm/1', 'm/deny', 'm/3')
  await subscribe(b, { topic: 'user/2/inbox/x', qos: 1 })

  send(a, 'room/1', 'q0', { qos: 0 })
  await publish(a, 'room/1', 'q1')
  await publishExactlyOnce(a, 'room/1', 'q2')
  await publish(a, 'room/1', 'q1b')
  await publish(a, 'room/1', 'ret', { retain: true })
  send(a, 'x/deny/p', 'no', { qos: 0 })
  await publish(a, 'x/deny/p', 'no')
  await publishExactlyOnce(a, 'x/deny/p2', 'no')
  for (const payload of ['q0', 'q1', 'q2', 'q1b', 'ret']) {
    expect((await b.next('publish')).payload.toString()).toBe(payload)
  }

  await publish(a, 'user/2/inbox/x', 'hello')
  acknowledge(b, await b.next('publish'))
  acknowledge(b, await b.next('publish'))
  await publish(a, 'nobody/here', 'hello')
  b.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['user/+/inbox/+'] })
  await b.next('unsuback')
  b.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['not/subscribed'] })
  await b.next('unsuback')
  await leave(a)
  await leave(b)
}

async function talkInV5(world: AskingWorld): Promise<void> {
  const a = await world.client({ ...V5, clientId: 'a2', username: 'u1' })
  const b = await world.client({ ...V5, clientId: 'b2', username: 'u1' })
  expect(await subscribe(b, 'x/deny/1')).toEqual([135])
  b.send({
    cmd: 'subscribe',
    messageId: 2,
    subscriptions: [{ topic: 'user/9/inbox/+', qos: 1, nl: true, rap: true, rh: 1 }],
    properties: { subscriptionIdentifier: 7, userProperties: { k: 'v' } },
  })
  await b.next('suback')
  await subscribe(b, '$share/grp/a/+/b/#')

  send(a, 'x/deny/p', 'no', { qos: 0 })
  expect(await publish(a, 'x/deny/p', 'no')).toBe(135)
  send(a, 'x/deny/p', 'no', { qos: 2 })
  expect((await a.next('pubrec')).reasonCode).toBe(135)
  expect(await publish(a, 'nobody/here', 'q1')).toBe(16)
  await publish(a, 'user/9/inbox/m', '{"a":1}', {
    properties: {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      responseTopic: 'r/1',
      correlationData: Buffer.from([1, 255]),
      contentType: 'application/json',
      userProperties: { up1: 'x', up2: ['p', 'q'] },
    },
  })
  acknowledge(b, await b.next('publish'))
  await publish(a, 'user/9/inbox/al', 'a1', { properties: { topicAlias: 3 } })
  acknowledge(b, await b.next('publish'))
  await leave(a)
  await leave(b)
}

async function talkRetained(world: AskingWorld): Promise<void> {
  const a = await world.client({ ...V4, clientId: 'r1', username: 'u1' })
  await publish(a, 'user/r/inbox/keep', 'kept', { retain: true })
  const b = await world.client({ ...V4, clientId: 'r2', username: 'u1' })
  await subscribe(b, 'user/r/inbox/#')
  acknowledge(b, await b.next('publish'))
  await publish(a, 'user/r/inbox/keep', '', { retain: true })
  acknowledge(b, await b.next('publish'))
  await leave(a)
  await leave(b)
}

interface Takeover {
  readonly clientId: string
  readonly first: Partial<IConnectPacket>
  readonly second: Partial<IConnectPacket>
  readonly sessionPresent: boolean
}

const EXPIRY = { clean: false, properties: { sessionExpiryInterval: 100 } } as const

const TAKEOVERS: readonly Takeover[] = [
  takeover('tk-clean_true_clean_true_v4', V4, { clean: true }, { clean: true }, false),
  takeover('tk-clean_false_clean_false_v4_takeover_', V4, { clean: false }, { clean: false }, true),
  takeover('tk-clean_false_clean_true_v4_discard_', V4, { clean: false }, { clean: true }, false),
  takeover('tk-clean_true_clean_false_v4', V4, { clean: true }, { clean: false }, true),
  takeover('tk-v5_clean_start_true_true', V5, { clean: true }, { clean: true }, false),
  takeover('tk-v5_clean_start_false_false_expiry_100', V5, EXPIRY, EXPIRY, true),
]

function takeover(
  clientId: string,
  version: Partial<IConnectPacket>,
  first: Partial<IConnectPacket>,
  second: Partial<IConnectPacket>,
  sessionPresent: boolean,
): Takeover {
  return {
    clientId,
    first: { ...version, ...first },
    second: { ...version, ...second },
    sessionPresent,
  }
}

async function comeTwice(world: AskingWorld, takeover: Takeover): Promise<void> {
  const { clientId } = takeover
  const first = await world.client({ ...takeover.first, clientId, username: 'u1' })
  await subscribe(first, 'tk/1')
  const second = await world.connect({ ...takeover.second, clientId, username: 'u1' })
  expect(second.connack.sessionPresent).toBe(takeover.sessionPresent)
  if (takeover.first.protocolVersion === 5) {
    expect((await first.next('disconnect')).reasonCode).toBe(142)
  }
  await first.closed
  expect(first.unread()).toEqual([])
  await leave(second.client)
}

function send(
  client: RawMqtt,
  topic: string,
  payload: string,
  packet: Partial<IPublishPacket>,
): void {
  const basic = { cmd: 'publish', qos: 1, dup: false, retain: false, messageId: 8 } as const
  client.send({ ...basic, topic, payload, ...packet })
}

/** The four packets of QoS 2. */
async function publishExactlyOnce(client: RawMqtt, topic: string, payload: string): Promise<void> {
  send(client, topic, payload, { qos: 2 })
  await client.next('pubrec')
  client.send({ cmd: 'pubrel', messageId: 8, reasonCode: 0 })
  await client.next('pubcomp')
}

async function leave(client: RawMqtt): Promise<void> {
  client.send({ cmd: 'disconnect' })
  await client.closed
}
