import { type Block, block, set } from './block.ts'
import type { BrokerWishes } from './wishes.ts'

/** What holds for every client. The keys are those of `mqtt`. */
export function desiredMqtt(): Block {
  return block(
    set(
      'shared_subscription',
      false,
      '"$share/g/user/ann/#" reaches Herald without its "$share/g/", so Herald cannot refuse it, and two devices of one user would share what each should get.',
    ),
    set(
      'session_expiry_interval',
      SESSION_EXPIRY,
      'How long a session of MQTT 3.1.1 that was not started clean outlives its connection, and with it the messages that wait for the device (MQTT 5 clients ask for a time of their own). The default is 2h: whoever comes back the next morning has lost everything. A week is as long as Herald remembers (HERALD_RETENTION).',
    ),
    set(
      'max_mqueue_len',
      1000,
      'Messages that wait for one device, at most; then the oldest goes. This is the default, and what a device gets at most when it comes back. They are in the memory of one node and gone when it restarts, unless durable sessions are on.',
    ),
  )
}

const SESSION_EXPIRY = '7d'

/** What every client is subscribed to unasked: at QoS 1, for at QoS 0 nothing is acknowledged. */
export function desiredAutoSubscribe({ hasAutoSubscribe }: BrokerWishes): readonly Block[] {
  if (!hasAutoSubscribe) return []
  return ['user/${username}/#', 'group/+/invitation/${username}/from/+'].map((topic) =>
    block(
      set('topic', topic),
      set('qos', 1),
      // 1: retained messages come with a new subscription only, and not at every reconnect.
      set('rh', 1),
      set('rap', 0),
      set('nl', 0),
    ),
  )
}
