import type { KeyRole } from '../../src/core/admin/scopes.ts'

/** An operation as a test calls it, in the world of `furnish`, and who may. */
export interface OperationRow {
  /** With the world's own names: `/v1/users/ann`. */
  readonly url: string
  readonly body?: unknown
  /** What an admin is answered. */
  readonly status: number
  /** The roles of those who may call it, as a string: `admin app-server`. */
  readonly may: `admin${'' | ' operator'}${'' | ' support'}${'' | ' app-server'}`
}

export type OperationTable = Readonly<Record<string, OperationRow>>

/** What the keys of a role see at an operation that they may not call. */
export function isAllowed({ may }: OperationRow, role: KeyRole): boolean {
  return may.split(' ').includes(role)
}
