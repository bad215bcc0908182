import type { CheckedProvider } from '../delivery/check-providers.ts'
import type { BrokerSetup } from './broker-setup.ts'

/** All that was found out about a set-up; what could not be is said with its reason. */
export interface Examination {
  readonly broker: Looked<BrokerSetup>
  readonly herald: HeraldSetup
  readonly postgres: Looked<PostgresState>
  readonly probe: Looked<ProbeResult>
  readonly providers: readonly CheckedProvider[]
}

export type Looked<Value> =
  | { readonly kind: 'seen'; readonly value: Value }
  /** It should have been possible. */
  | { readonly kind: 'failed'; readonly problem: string; readonly remedy: string }
  /** Nothing is wrong with that. */
  | { readonly kind: 'skipped'; readonly why: string }

export interface HeraldSetup {
  /** Any of these proves the broker; empty means that no proof is asked for. */
  readonly secrets: readonly string[]
  readonly deadlineMs: number
  readonly strangers: 'deny' | 'ignore'
  readonly hasLatePush: boolean
  /** Where brokers reach Herald, if that is known. */
  readonly url: string | undefined
}

export interface PostgresState {
  /** How far its clock is ahead of ours. */
  readonly aheadMs: number
  readonly missingMigrations: readonly string[]
  /** What the processes that run do. */
  readonly roles: readonly string[]
}

export interface ProbeResult {
  /** Undefined where it has not come. */
  readonly arrivedAfterMs: number | undefined
  readonly waitedMs: number
}
