import type { BrokerEvent } from '../events/broker-event.ts'

/** The events that Herald lives on: who comes and goes, and messages between people. */
export function isForHerald(event: BrokerEvent): boolean {
  switch (event.event) {
    case 'client.connected':
    case 'client.disconnected':
      return true
    case 'message.publish':
    case 'message.acked':
      return /^(user|group)\//.test(event.topic)
    default:
      return false
  }
}
