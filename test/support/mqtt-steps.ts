import type { IPublishPacket, ISubscription } from 'mqtt-packet'
import type { RawMqtt } from './raw-mqtt.ts'

/** Subscribes and returns the SUBACK's codes. */
export async function subscribe(
  client: RawMqtt,
  ...subscriptions: readonly (string | ISubscription)[]
): Promise<readonly unknown[]> {
  client.send({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: subscriptions.map((one) =>
      typeof one === 'string' ? { topic: one, qos: 1 } : one,
    ),
  })
  return (await client.next('suback')).granted
}

/** Publishes with QoS 1, or what `packet` says, and returns the reason code of the PUBACK. */
export async function publish(
  client: RawMqtt,
  topic: string,
  payload: string | Buffer = 'hello',
  packet: Partial<IPublishPacket> = {},
): Promise<number | undefined> {
  client.send({
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId: 7,
    ...packet,
  })
  return (await client.next('puback')).reasonCode
}

/** Reads a QoS 1 message and acknowledges it. */
export async function receive(client: RawMqtt): Promise<IPublishPacket> {
  const message = await client.next('publish')
  if (message.messageId !== undefined) acknowledge(client, message)
  return message
}

export function acknowledge(client: RawMqtt, { messageId = 0 }: IPublishPacket): void {
  client.send({ cmd: 'puback', messageId, reasonCode: 0 })
}
