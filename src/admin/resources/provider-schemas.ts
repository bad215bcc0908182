import { type Static, Type } from 'typebox'
import type { CheckedProvider } from '../../core/delivery/check-providers.ts'
import type { SendLimits } from '../../core/delivery/send-limits.ts'
import type { Circuit } from '../../core/ports/delivery-ports.ts'
import { CHANNELS, type Channel } from '../../core/reach/reach-policy.ts'
import { choice, named, nullable, Time } from '../schemas.ts'

/** Who carries notifications, with what waits there. */
export interface ProviderState {
  readonly name: string
  /** Undefined where it is not configured (any more). */
  readonly configured:
    | {
        readonly kind: string
        readonly channels: readonly Channel[]
        readonly apps: readonly string[]
        readonly limits: SendLimits
      }
    | undefined
  readonly waiting: number
  readonly overdueMs: number
  readonly circuit: Circuit | undefined
  /** What was settled in the last hour, by outcome. */
  readonly lastHour: Readonly<Record<string, number>>
  /** To the minute. */
  readonly lastAcceptedAt: Date | undefined
}

export const ProviderName = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  examples: ['apns'],
})

export const CircuitBody = named(
  'Circuit',
  {
    isOpen: Type.Boolean(),
    openedAt: nullable(Time),
    probeAt: nullable(Time),
    reason: nullable(Type.String()),
  },
  'Whether a provider is called; while it is open its deliveries are kept.',
)

const Limit = nullable(Type.Integer())

const ProviderSettings = named(
  'ProviderSettings',
  {
    kind: Type.String({ examples: ['apns'] }),
    channels: Type.Array(choice(CHANNELS)),
    apps: Type.Array(Type.String()),
    limits: named(
      'SendLimits',
      {
        perSecond: nullable(Type.Number()),
        perAddressPerHour: Limit,
        perUserPerDay: Limit,
        perDay: Limit,
      },
      'How much may be sent; null where there is no limit.',
    ),
  },
  'What the providers’ file says of it.',
)

export const ProviderBody = named(
  'Provider',
  {
    name: ProviderName,
    configured: nullable(ProviderSettings),
    waiting: Type.Integer({
      description: 'Deliveries that wait or are being sent, up to 100,000.',
    }),
    overdueSeconds: Type.Number({ description: 'How long the oldest has waited beyond its time.' }),
    circuit: CircuitBody,
    lastHour: Type.Record(Type.String(), Type.Integer(), {
      description: 'What was settled within the last hour, by outcome.',
    }),
    lastAcceptedAt: nullable(Time),
  },
  'Who carries notifications to addresses.',
)

export const ProvidersBody = named('Providers', { items: Type.Array(ProviderBody) }, 'All of them.')

export const CheckBody = named(
  'ProviderCheck',
  {
    name: ProviderName,
    result: choice(['proven', 'refused', 'unproven']),
    said: Type.String({ description: 'What the vendor said, or why it is not known.' }),
    remedy: nullable(Type.String()),
  },
  'What a vendor says of our credentials.',
)

export function providerBody(state: ProviderState): Static<typeof ProviderBody> {
  const { name, waiting, overdueMs, circuit, lastHour, lastAcceptedAt } = state
  return {
    name,
    configured: configuredBody(state),
    waiting,
    overdueSeconds: overdueMs / 1000,
    circuit: circuitBody(circuit),
    lastHour: { ...lastHour },
    lastAcceptedAt: lastAcceptedAt?.toISOString() ?? null,
  }
}

function configuredBody({ configured }: ProviderState): Static<typeof ProviderBody>['configured'] {
  if (configured === undefined) return null
  const { kind, channels, apps, limits } = configured
  return {
    kind,
    channels: [...channels],
    apps: [...apps],
    limits: {
      perSecond: limits.perSecond ?? null,
      perAddressPerHour: limits.perAddressPerHour ?? null,
      perUserPerDay: limits.perUserPerDay ?? null,
      perDay: limits.perDay ?? null,
    },
  }
}

export function circuitBody(circuit: Circuit | undefined): Static<typeof CircuitBody> {
  if (circuit === undefined) return { isOpen: false, openedAt: null, probeAt: null, reason: null }
  const { openedAt, probeAt, reason } = circuit
  const time = (ms: number) => new Date(ms).toISOString()
  return { isOpen: true, openedAt: time(openedAt), probeAt: time(probeAt), reason }
}

export function checkBody({ name, check }: CheckedProvider): Static<typeof CheckBody> {
  switch (check.kind) {
    case 'proven':
      return { name, result: 'proven', said: check.said, remedy: null }
    case 'refused':
      return { name, result: 'refused', said: check.problem, remedy: check.remedy }
    case 'unproven':
      return { name, result: 'unproven', said: check.why, remedy: null }
  }
}
