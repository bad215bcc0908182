import type { IConnectPacket } from 'mqtt-packet'
import { afterEach } from 'vitest'
import { type Broker, createBroker } from '../../demo/broker/broker.ts'
import type { BrokerOptions } from '../../demo/broker/broker-settings.ts'
import type { BrokerEvent } from '../../demo/broker/events/broker-event.ts'
import {
  type Answer,
  type QuestionRecorder,
  type RecordedQuestion,
  startQuestionRecorder,
} from './question-recorder.ts'
import { connectRaw, type RawLogin, type RawMqtt } from './raw-mqtt.ts'

/** A broker with all that a test opens around it; closed after the test. */
export interface BrokerWorld {
  readonly broker: Broker
  readonly events: readonly BrokerEvent[]
  /** The events of one kind, so far. */
  eventsOf<Name extends BrokerEvent['event']>(
    name: Name,
  ): readonly Extract<BrokerEvent, { event: Name }>[]
  /** Resolves when an event of this kind has happened that `matches`. */
  event<Name extends BrokerEvent['event']>(
    name: Name,
    matches?: (event: Extract<BrokerEvent, { event: Name }>) => boolean,
  ): Promise<Extract<BrokerEvent, { event: Name }>>
  connect(connect: Partial<IConnectPacket>): Promise<RawLogin>
  /** The same, for who is only interested in the client. */
  client(connect: Partial<IConnectPacket>): Promise<RawMqtt>
}

const opened: (() => unknown)[] = []

/** Closes what the tests of a file opened, newest first. Called once in each file. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })
}

/** Has something closed after the test. */
export function closeLater(close: () => unknown): void {
  opened.push(close)
}

/** A broker that lets everybody do everything, unless the options say otherwise. */
export async function startBroker(options: BrokerOptions = {}): Promise<BrokerWorld> {
  const events: BrokerEvent[] = []
  const watchers = new Set<() => void>()
  const broker = await createBroker({
    noMatch: 'allow',
    ...options,
    onEvent(event) {
      events.push(event)
      for (const look of watchers) look()
    },
  })
  closeLater(() => broker.close())

  async function connect(packet: Partial<IConnectPacket>): Promise<RawLogin> {
    const login = await connectRaw(broker.tcpPort, packet)
    closeLater(() => login.client.cut())
    return login
  }

  return {
    broker,
    events,
    eventsOf: (name) => events.filter((event) => isNamed(event, name)),
    event: (name, matches = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.filter((event) => isNamed(event, name)).find(matches)
          if (found === undefined) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
      }),
    connect,
    client: async (packet) => (await connect(packet)).client,
  }
}

export interface AskingWorld extends BrokerWorld {
  readonly recorder: QuestionRecorder
  /** The login questions so far. */
  logins(): readonly RecordedQuestion[]
  /** The topic questions so far. */
  topics(): readonly RecordedQuestion[]
}

/** A broker that asks a recorder, on the paths that the recordings have. */
export async function startAskingBroker(
  answer: Answer,
  options: BrokerOptions = {},
): Promise<AskingWorld> {
  const recorder = await startQuestionRecorder(answer)
  closeLater(() => recorder.close())
  const hooks = {
    connectUrl: `${recorder.url}/authn`,
    topicUrl: `${recorder.url}/authz`,
    ...options.hooks,
  }
  const world = await startBroker({ noMatch: 'deny', ...options, hooks })
  return {
    ...world,
    recorder,
    logins: () => recorder.questions.filter(({ path }) => path === '/authn'),
    topics: () => recorder.questions.filter(({ path }) => path === '/authz'),
  }
}

function isNamed<Name extends BrokerEvent['event']>(
  event: BrokerEvent,
  name: Name,
): event is Extract<BrokerEvent, { event: Name }> {
  return event.event === name
}
