import { covers } from '../../access/topic-filter.ts'
import type { BrokerSetup, EventRule } from '../broker-setup.ts'
import { APPLY, brokerCheck, type Check, finding, WELL } from '../check.ts'
import type { HeraldSetup } from '../examination.ts'

/** Outages that are shorter cost nothing. EMQX's default is 45 s. */
const TTL_MS_MIN = 300_000

export const EVENT_CHECKS: readonly Check[] = [
  brokerCheck('carrier', 'Is there something that brings events to Herald?', ({ carrier }) => {
    if (carrier === undefined) {
      return finding('Nothing in the broker brings events to Herald, so nobody is notified.', APPLY)
    }
    if (carrier.isOn) return WELL
    return finding(`The action ${carrier.name} is off, so nobody is notified.`, APPLY)
  }),
  brokerCheck('rule-missing', 'Is every event that Herald needs reported?', (setup, { herald }) => {
    const missing = needsOf(herald).filter(({ source }) => rulesFor(setup, source).length === 0)
    if (missing.length === 0) return WELL
    const words = missing.map(({ what }) => what).join(', ')
    return finding(`No rule of the broker reports to Herald: ${words}.`, APPLY)
  }),
  brokerCheck('rule-off', 'Are the rules on?', (setup, { herald }) => {
    const off = needsOf(herald).flatMap(({ source }) => {
      const rules = rulesFor(setup, source)
      return rules.some(({ isOn }) => isOn) ? [] : rules
    })
    return [...new Set(off)].flatMap(({ id }) =>
      finding(`The rule ${id} is off, so Herald does not hear what it selects.`, APPLY),
    )
  }),
  brokerCheck('rule-failing', 'Do the rules work?', ({ rules }) =>
    rules
      .filter(({ feedsHerald, failed }) => feedsHerald && failed > 0)
      .flatMap(({ id, failed }) =>
        finding(
          `The rule ${id} has failed ${failed} times.`,
          'Look at its SQL in the dashboard, or run "herald emqx apply"; then reset its counters.',
        ),
      ),
  ),
  brokerCheck('events-lost', 'Does every event arrive?', ({ carrier }) => {
    const { name = '', failed = 0, dropped = 0 } = carrier ?? {}
    if (failed + dropped === 0) return WELL
    return finding(
      `Of the events for ${name} ${failed} were refused and ${dropped} became too old or had no room: they are lost.`,
      'Mend what is wrong with secret and address, look at herald_events_total, then reset the counters of the action.',
    )
  }),
  brokerCheck('events-patience', 'Do events survive an outage of Herald?', ({ carrier }) =>
    carrier === undefined || carrier.ttlMs >= TTL_MS_MIN
      ? WELL
      : finding(
          `The broker throws events away that Herald could not take for ${carrier.ttlMs / 1000} s.`,
          `${APPLY} It sets request_ttl to 10m.`,
        ),
  ),
  brokerCheck('events-order', 'Do events keep their order?', ({ carrier }) =>
    carrier === undefined || (carrier.poolSize <= 1 && carrier.workers <= 1)
      ? WELL
      : finding(
          `Events come over ${carrier.poolSize} connections by ${carrier.workers} workers, which is slower than one of each and mixes them up.`,
          APPLY,
        ),
  ),
]

interface Need {
  readonly what: string
  readonly source: string
}

function needsOf({ hasLatePush }: HeraldSetup): readonly Need[] {
  return [
    { what: 'who connects', source: '$events/client_connected' },
    { what: 'who is gone', source: '$events/client_disconnected' },
    { what: 'direct messages', source: 'user/+/inbox/+' },
    { what: 'friend requests', source: 'user/+/application/+' },
    { what: 'group messages', source: 'group/+/inbox/+' },
    { what: 'requests to join', source: 'group/+/application/+' },
    { what: 'invitations', source: 'group/+/invitation/+/from/+' },
    ...(hasLatePush
      ? [{ what: 'who has received a message', source: '$events/message_acked' }]
      : []),
  ]
}

/** Those that report it, whether they are on or not. */
function rulesFor({ rules }: BrokerSetup, source: string): readonly EventRule[] {
  return rules.filter(
    ({ feedsHerald, from }) => feedsHerald && from.some((one) => isFor(one, source)),
  )
}

function isFor(from: string, source: string): boolean {
  // Since 5.10 `$events/client/connected` too.
  const name = from.replace(/^(\$events\/[a-z]+)\//, '$1_')
  if (source.startsWith('$')) return name === source
  return covers(from.split('/'), source.split('/'))
}
