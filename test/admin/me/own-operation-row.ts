/** An operation under `/v1/me` as ann's phone calls it, in the world of `furnishOwn`. */
export interface OwnOperationRow {
  /** With ann's own things: `/v1/me/groups/hikers`. */
  readonly url: string
  readonly body?: unknown
  readonly status: number
  /** The same call about what is bob's, or nobody's: each is answered 404, unless it says otherwise. */
  readonly foreign: readonly ForeignCall[]
}

export interface ForeignCall {
  readonly url?: string
  readonly body?: unknown
  /** The code of the problem. */
  readonly code: string
}

export type OwnOperationTable = Readonly<Record<string, OwnOperationRow>>
