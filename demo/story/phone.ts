import mqtt, { type MqttClient } from 'mqtt'
import type { Credentials } from '../stage/people.ts'
import { inTime } from './patience.ts'

/** A message as a device shows it. */
export interface Received {
  readonly topic: string
  readonly text: string
}

/** A device of the story: a real mqtt.js client that remembers what it received. */
export interface Phone {
  readonly name: string
  readonly received: readonly Received[]
  /** Resolves with the reason code of the SUBACK: 0 to 2 is the granted QoS, 135 is "not authorized". */
  subscribe(filter: string): Promise<number>
  /** Resolves with the reason code of the PUBACK: 0 is success, 135 is "not authorized". */
  publish(topic: string, text: string): Promise<number>
  /** Resolves when a message of that text has come, at once if it has already. */
  hears(text: string): Promise<Received>
  /** Leaves the session behind, if it was asked to outlive the connection. */
  leave(): Promise<void>
  /** Is gone without a goodbye. */
  vanish(): void
}

export interface PhoneOptions {
  readonly url: string
  /** Resumes what an earlier connection left behind. */
  readonly resume?: boolean
  /** How often it says that it is still there. */
  readonly keepaliveSeconds?: number
}

/** Logs in with MQTT 5, a session that lasts an hour and QoS 1; rejects when the broker says no. */
export async function switchOn(
  who: Credentials,
  { url, resume = false, keepaliveSeconds = 60 }: PhoneOptions,
): Promise<Phone> {
  const client = mqtt.connect(url, {
    clientId: who.clientId,
    username: who.uid,
    password: who.secret,
    protocolVersion: 5,
    clean: !resume,
    keepalive: keepaliveSeconds,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 0,
  })
  // What a session has kept comes in the same breath as the CONNACK, so the ears are there before.
  const ears = listen(client)
  await connected(client)
  return {
    name: who.clientId,
    received: ears.received,
    subscribe: (filter) => inTime(subscribe(client, filter), `SUBACK for ${filter}`),
    // A refused publish can close the connection, and then its promise never settles.
    publish: (topic, text) => inTime(publish(client, topic, text), `PUBACK for ${topic}`),
    hears: (text) => inTime(ears.hear(text), `"${text}" at ${who.clientId}`),
    leave: () => client.endAsync(),
    vanish: () => void client.end(true),
  }
}

interface Ears {
  readonly received: readonly Received[]
  hear(text: string): Promise<Received>
}

function listen(client: MqttClient): Ears {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  client.on('message', (topic, payload) => {
    received.push({ topic, text: payload.toString() })
    for (const look of waiting) look()
  })
  return { received, hear: (text) => hear(received, waiting, text) }
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', (error) => {
      client.end(true)
      reject(error)
    })
  })
}

async function subscribe(client: MqttClient, filter: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.subscribe(filter, { qos: 1 }, (error, _granted, packet) => {
      const code = packet?.granted[0]
      if (typeof code === 'number') resolve(code)
      else reject(error ?? new Error('a SUBACK without a reason code'))
    })
  })
}

async function publish(client: MqttClient, topic: string, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.publish(topic, text, { qos: 1 }, (error, packet) => {
      if (!error)
        resolve(packet !== undefined && 'reasonCode' in packet ? (packet.reasonCode ?? 0) : 0)
      else if ('code' in error && typeof error.code === 'number') resolve(error.code)
      else reject(error)
    })
  })
}

function hear(
  received: readonly Received[],
  waiting: Set<() => void>,
  text: string,
): Promise<Received> {
  return new Promise((resolve) => {
    const look = () => {
      const message = received.find((one) => one.text === text)
      if (message === undefined) return
      waiting.delete(look)
      resolve(message)
    }
    waiting.add(look)
    look()
  })
}
