import type { BrokerEvent } from '../../demo/broker/events/broker-event.ts'
import {
  type SinkOptions,
  type SinkSettings,
  withSinkDefaults,
} from '../../demo/broker/sink/sink-settings.ts'

type Published = Extract<BrokerEvent, { event: 'message.publish' }>

/** A message from ann to bob; a test states only what differs. */
export function aPublish(event: Partial<Published> = {}): Published {
  return {
    event: 'message.publish',
    id: '000660F604C085A7F443000029A80002',
    clientid: 'anns-phone',
    username: 'ann',
    peerhost: '127.0.0.1',
    peername: '127.0.0.1:50123',
    topic: 'user/bob/inbox/ann',
    qos: 1,
    flags: { retain: false, dup: false },
    payload: Buffer.from('hello'),
    pub_props: { 'User-Property': {} },
    publish_received_at: 1_795_392_000_000,
    client_attrs: {},
    node: 'emqx@127.0.0.1',
    timestamp: 1_795_392_000_000,
    ...event,
  }
}

export function sinkSettings(url: string, options: Partial<SinkOptions> = {}): SinkSettings {
  return withSinkDefaults({ url: `${url}/emqx/5/events`, ...options })
}
