import type { BrokerClient } from '../ports/broker-control.ts'

/** What Herald knows of a client that the broker lists. */
export interface KnownClient {
  readonly clientId: string
  /** Whose device it is; undefined where it is no device. */
  readonly owner: string | undefined
  /** Whether whom it names is, or was, a user here. */
  readonly isOfUser: boolean
  readonly isOnline: boolean
  /** Of the newest connection, milliseconds since 1970. */
  readonly connectedAt: number | undefined
  /** How many subscriptions its session has, as far as is known. */
  readonly subscriptions: number | undefined
  /** Somebody is about to look after it. */
  readonly isDue: boolean
}

/**
 * Where the broker and Herald are apart. `connection`: the broker has one that Herald does not know.
 * `no-connection`: Herald believes in one that the broker does not have. `subscriptions`: a session has
 * not as many as it was left with. `stray`: a session of a user's that is of no device of theirs.
 */
export type DriftKind = 'connection' | 'no-connection' | 'subscriptions' | 'stray'

export interface Drift {
  readonly kind: DriftKind
  readonly clientId: string
  readonly uid: string
}

/** Brokers tell times in whole seconds here and there. */
const PRECISION_MS = 1_000

/** What is wrong about a client that the broker lists. Back ends and bridges are nobody's business here. */
export function driftOf(client: BrokerClient, known: KnownClient): readonly DriftKind[] {
  const { owner, isOfUser, isDue } = known
  if (owner !== client.username) return isOfUser && !isDue ? ['stray'] : []
  const drifts: DriftKind[] = []
  if (client.isConnected && !isSameConnection(client, known)) drifts.push('connection')
  if (!isDue && !hasAsMany(client, known)) drifts.push('subscriptions')
  return drifts
}

function hasAsMany({ subscriptionsCount }: BrokerClient, { subscriptions }: KnownClient): boolean {
  if (subscriptions === undefined) return false
  return subscriptionsCount === undefined || subscriptionsCount === subscriptions
}

function isSameConnection({ connectedAt }: BrokerClient, known: KnownClient): boolean {
  if (!known.isOnline) return false
  if (connectedAt === undefined || known.connectedAt === undefined) return true
  return connectedAt - known.connectedAt < PRECISION_MS
}
