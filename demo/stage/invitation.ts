import type { Stage } from './stage.ts'

/** What `--keep` prints: commands to paste into another terminal. */
export function invitation({ broker, people, heraldUrl, dataDir }: Stage): string {
  const { tcpPort, wsPort } = broker
  const as = ({ clientId, uid, secret }: (typeof people)['bob-phone']) =>
    `-p ${tcpPort} -q 1 -V 5 -i ${clientId} -u ${uid} -P ${secret}`
  const { 'alice-phone': alice, 'bob-phone': bob, 'carol-phone': carol, 'eve-phone': eve } = people
  return `
The stage stays up: MQTT on port ${tcpPort}, MQTT over WebSocket on ws://127.0.0.1:${wsPort}/mqtt,
Herald on ${heraldUrl}. Any MQTT client will do; with mosquitto's:

# Alice listens (leave it running)
mosquitto_sub ${as(alice)} -v -t 'user/alice/#' -t 'group/friends/#'

# Bob writes to her, and to the group
mosquitto_pub ${as(bob)} -t user/alice/inbox/bob -m 'hello alice'
mosquitto_pub ${as(bob)} -t group/friends/inbox/bob -m 'hello friends'

# Refused: Carol is not among Alice's contacts; Bob is not Carol; Eve is no friend
mosquitto_pub ${as(carol)} -t user/alice/inbox/carol -m 'hello?'
mosquitto_pub ${as(bob)} -t user/alice/inbox/carol -m 'I am Carol'
mosquitto_sub ${as(eve)} -v -t 'group/friends/#'

# Why?
npm run herald -- explain topic --data-dir ${dataDir} --uid carol --client carol-phone \\
  --action publish --topic user/alice/inbox/carol

Ctrl-C ends it and throws everything away.
`
}
