import { APPLY, APPLY_ALL, brokerCheck, type Check, finding, WELL } from '../check.ts'
import { heraldAt } from '../gates.ts'

/** Withdrawn rights may live so long. The broker's default is a minute, ours ten seconds. */
const CACHE_MS_MAX = 30_000

export const TOPIC_CHECKS: readonly Check[] = [
  brokerCheck('topic-asked', 'Is Herald asked about topics?', ({ sources }) =>
    heraldAt(sources) >= 0
      ? WELL
      : finding('No authorization source that is on asks Herald who may use which topic.', APPLY),
  ),
  brokerCheck('topic-alone', 'Is nobody else asked about topics?', ({ sources }) => {
    const at = heraldAt(sources)
    return sources.flatMap(({ name, isOn, hook }, place) => {
      if (!isOn || hook !== undefined) return WELL
      return place < at
        ? finding(`The authorization source ${name} decides before Herald is asked.`, APPLY_ALL)
        : finding(
            `The authorization source ${name} decides what Herald does not answer.`,
            APPLY_ALL,
          )
    })
  }),
  brokerCheck('no-match', 'Is refused what nobody decides?', ({ noMatch }) =>
    noMatch === 'deny'
      ? WELL
      : finding(
          `The broker's authorization has no_match = ${noMatch}, so an outage of Herald opens every topic.`,
          APPLY_ALL,
        ),
  ),
  brokerCheck('topic-cache', 'Does a right that is withdrawn end soon?', ({ cacheMs }) =>
    cacheMs <= CACHE_MS_MAX
      ? WELL
      : finding(
          `The broker remembers topic verdicts for ${cacheMs / 1000} s, and a right that is withdrawn lives on for as long.`,
          `${APPLY_ALL} It sets authorization.cache.ttl to 10s.`,
        ),
  ),
  brokerCheck('retained', 'Is nothing retained in the topics of people?', ({ mqtt, sources }) => {
    const fields = sources[heraldAt(sources)]?.hook?.fields
    if (!mqtt.hasRetained || fields === undefined || fields.includes('retain')) return WELL
    return finding(
      'The broker keeps retained messages and does not tell Herald which ones are to be, so it cannot refuse them.',
      APPLY,
    )
  }),
  brokerCheck('shared', 'Are shared subscriptions off?', ({ mqtt }) =>
    mqtt.hasSharedSubscriptions
      ? finding(
          'The broker takes shared subscriptions, and asks about "$share/g/user/ann/#" without its "$share/g/": two devices of a user share what each should get.',
          APPLY_ALL,
        )
      : WELL,
  ),
]
