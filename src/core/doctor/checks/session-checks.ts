import { APPLY, APPLY_ALL, brokerCheck, type Check, finding, WELL } from '../check.ts'

/** Whoever looks at a phone once a day finds everything. EMQX's default is two hours. */
const SESSION_MS_MIN = 86_400_000

export const SESSION_CHECKS: readonly Check[] = [
  brokerCheck('session-expiry', 'Do sessions live until their devices come back?', ({ mqtt }) =>
    mqtt.sessionExpiryMs >= SESSION_MS_MIN
      ? WELL
      : finding(
          `The broker forgets the session of a 3.1.1 client, and what waits in it, after ${mqtt.sessionExpiryMs / 3_600_000} h.`,
          `${APPLY_ALL} It sets mqtt.session_expiry_interval to 7d.`,
        ),
  ),
  brokerCheck('qos', 'Are messages acknowledged?', ({ mqtt, autoSubscriptions }) => [
    ...(mqtt.qosMax >= 1
      ? []
      : finding(
          'The broker takes QoS 0 alone, so nothing is acknowledged and nothing waits for a device that is away.',
          'Set mqtt.max_qos_allowed to 2.',
        )),
    ...autoSubscriptions
      .filter(({ topic, qos }) => qos === 0 && /^(user|group)\//.test(topic))
      .flatMap(({ topic }) =>
        finding(
          `The broker subscribes clients to ${topic} at QoS 0, so nothing of it is acknowledged or waits for a device that is away.`,
          APPLY,
        ),
      ),
  ]),
]
