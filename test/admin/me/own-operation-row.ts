/** An operation under `/v1/me` as ann's phone calls it, in the world of `openOwnWorld`. */
export interface OwnOperationRow {
  /** With ann's own things: `/v1/me/groups/hikers`. */
  readonly url: string
  readonly body?: unknown
  readonly status: number
  /** The same about what is others', or nobody's; empty where the operation names nothing. */
  readonly foreign: readonly ForeignCall[]
}

/** What is left out is as in the row. It is answered 404. */
export interface ForeignCall {
  readonly url?: string
  readonly body?: unknown
  readonly code: string
}

export type OwnOperationTable = Readonly<Record<string, OwnOperationRow>>
