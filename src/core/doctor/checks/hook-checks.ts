import type { EventCarrier } from '../broker-setup.ts'
import { APPLY, brokerCheck, type Check, type Finding, finding, WELL } from '../check.ts'
import type { HeraldSetup } from '../examination.ts'
import { hooksOf } from '../gates.ts'

/** Fewer connections let questions wait for each other. */
const POOL_MIN = 4

/** How much later than Herald's deadline the broker may give up at the earliest. */
const RESERVE_MS = 500

export const HOOK_CHECKS: readonly Check[] = [
  brokerCheck('hook-secret', 'Does the broker prove itself?', (setup, { herald }) => [
    ...hooksOf(setup).flatMap(({ about, hook }) => proofOf(`about ${about}`, hook.secret, herald)),
    ...(setup.carrier === undefined ? [] : proofOf('with events', setup.carrier.secret, herald)),
  ]),
  brokerCheck(
    'hook-url',
    'Does the broker call Herald at the right address?',
    (setup, { herald }) => [
      ...hooksOf(setup).flatMap(({ about, path, hook }) =>
        addressOf(`about ${about}`, hook, path, herald),
      ),
      ...(setup.carrier === undefined
        ? []
        : addressOf('with events', setup.carrier, '/emqx/5/events', herald)),
    ],
  ),
  brokerCheck('hook-pool', 'Are there enough connections for questions?', (setup) =>
    hooksOf(setup)
      .filter(({ hook }) => hook.poolSize < POOL_MIN)
      .flatMap(({ about, hook }) =>
        finding(
          `The broker asks about ${about} over ${hook.poolSize} connection${hook.poolSize === 1 ? '' : 's'} alone, so one slow answer delays all others.`,
          `${APPLY} It sets pool_size to 8.`,
        ),
      ),
  ),
  brokerCheck('hook-patience', 'Does the broker wait for answers?', (setup, { herald }) =>
    hooksOf(setup)
      .filter(({ hook }) => hook.timeoutMs < herald.deadlineMs + RESERVE_MS)
      .flatMap(({ about, hook }) =>
        finding(
          `The broker waits ${hook.timeoutMs} ms for an answer about ${about}, and Herald takes up to ${herald.deadlineMs} ms: what it gives up on blocks its connection.`,
          `${APPLY} Or lower HERALD_HOOK_DEADLINE.`,
        ),
      ),
  ),
]

function proofOf(call: string, secret: string | undefined, { secrets }: HeraldSetup) {
  if (secrets.length === 0) return WELL
  // Masked by the broker: only the probe can tell.
  if (secret !== undefined && (secrets.includes(secret) || /^\*+$/.test(secret))) return WELL
  return finding(
    secret === undefined
      ? `The broker calls ${call} without a secret, and Herald refuses that.`
      : `The secret that the broker calls ${call} with is none of HERALD_HOOK_SECRETS.`,
    APPLY,
  )
}

function addressOf(
  call: string,
  { url, isConnected }: Pick<EventCarrier, 'url' | 'isConnected'>,
  path: string,
  herald: HeraldSetup,
): readonly Finding[] {
  const asked = URL.canParse(url) ? new URL(url) : undefined
  const isRight =
    asked?.pathname === path && (herald.url === undefined || url === `${herald.url}${path}`)
  if (!isRight) {
    const right = `${herald.url ?? asked?.origin ?? ''}${path}`
    return finding(`The broker calls ${call} at ${url}, and should at ${right}.`, APPLY)
  }
  if (isConnected) return WELL
  return finding(
    `The broker calls ${call} at ${url}, and reaches nobody there.`,
    'Start Herald there, or run "herald emqx apply" with the --herald-url that the broker reaches it at.',
  )
}
