import type { QoS } from 'mqtt-packet'
import type { PublishProperties, WillProperties } from './properties.ts'

/** A message as the broker took it in. */
export interface Message {
  /** 32 hexadecimal digits; the same in every event about the message. */
  readonly id: string
  readonly topic: string
  readonly payload: Buffer
  readonly qos: QoS
  readonly retain: boolean
  readonly properties: PublishProperties & WillProperties
  readonly sender: Sender
  /** Milliseconds since 1970. */
  readonly publishedAt: number
}

/** What a message remembers of who sent it. EMQX leaves the address out of a will. */
export interface Sender {
  readonly clientId: string
  readonly username: string | undefined
  readonly peerhost: string | undefined
  readonly peername: string | undefined
  readonly attributes: Readonly<Record<string, string>>
}

/** MQTT 5.0 §3.3.2.3.3: a message whose time is over is not delivered. */
export function isExpired(message: Message, now: number): boolean {
  const seconds = message.properties.messageExpiryInterval
  return seconds !== undefined && now - message.publishedAt > seconds * 1000
}

/** The properties as they stand at `now`: a message arrives with the seconds that are left of it. */
export function propertiesAt(message: Message, now: number): Message['properties'] {
  const seconds = message.properties.messageExpiryInterval
  if (seconds === undefined) return message.properties
  const waited = Math.floor(Math.max(0, now - message.publishedAt) / 1000)
  return { ...message.properties, messageExpiryInterval: Math.max(1, seconds - waited) }
}
