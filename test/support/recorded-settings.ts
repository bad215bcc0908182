import type { BrokerOptions } from '../../demo/broker/broker-settings.ts'

/** The body templates that the recorded EMQX 5.8.9 was configured with. */
const LOGIN = {
  username: '${username}',
  password: '${password}',
  clientid: '${clientid}',
  peerhost: '${peerhost}',
  cert_subject: '${cert_subject}',
  cert_common_name: '${cert_common_name}',
  tenant: '${client_attrs.tenant}',
  zone: '${zone}',
}

const TOPIC = {
  clientid: '${clientid}',
  username: '${username}',
  peerhost: '${peerhost}',
  proto_name: '${proto_name}',
  mountpoint: '${mountpoint}',
  action: '${action}',
  topic: '${topic}',
  qos: '${qos}',
  retain: '${retain}',
  tenant: '${client_attrs.tenant}',
  cert_common_name: '${cert_common_name}',
}

/** What the recorded EMQX 5.3.2 was configured with; it knows no attributes and no zone. */
export const SETTINGS_5_3: BrokerOptions = {
  hooks: {
    connectBody: {
      username: '${username}',
      password: '${password}',
      clientid: '${clientid}',
      peerhost: '${peerhost}',
      cert_subject: '${cert_subject}',
      cert_common_name: '${cert_common_name}',
    },
    topicBody: {
      clientid: '${clientid}',
      username: '${username}',
      peerhost: '${peerhost}',
      proto_name: '${proto_name}',
      mountpoint: '${mountpoint}',
      action: '${action}',
      topic: '${topic}',
      qos: '${qos}',
      retain: '${retain}',
      cert_subject: '${cert_subject}',
      cert_common_name: '${cert_common_name}',
    },
    headers: { 'x-sidecar-key': 'k1' },
  },
}

/** A placeholder that EMQX 5.8 does not allow, as recordings 01 to 20 have them. */
const MISTAKES = { peername: '${peername}', listener: '${listener}' }

/** Everything as in the configuration that was recorded last (60 to 62). */
export const RECORDED_SETTINGS: BrokerOptions = {
  node: 'emqx58@127.0.0.1',
  noMatch: 'deny',
  hooks: { connectBody: LOGIN, topicBody: TOPIC, headers: { 'x-sidecar-key': 'k1' } },
  cache: { max: 32, ttlMs: 60_000, excludes: ['nocache/#'] },
  // client_attrs_init: the part of the client id before the first "-".
  initialAttributes: ({ clientId }) => ({ tenant: clientId.split('-')[0] ?? '' }),
}

/** With the mistakes that 01 to 20 were recorded with. */
export const EARLIER_SETTINGS: BrokerOptions = {
  ...RECORDED_SETTINGS,
  hooks: {
    ...RECORDED_SETTINGS.hooks,
    connectBody: { ...LOGIN, ...MISTAKES },
    topicBody: { ...TOPIC, ...MISTAKES, zone: '${zone}' },
  },
}
