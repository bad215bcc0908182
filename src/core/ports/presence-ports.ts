import type { PresenceStatus } from '../presence/presence-summary.ts'

export interface DevicePresence {
  readonly clientId: string
  readonly uid: string
  readonly status: PresenceStatus
  readonly node: string | undefined
  readonly connectedAt: Date | undefined
  readonly disconnectedAt: Date | undefined
  /** When it last came or went. */
  readonly lastSeenAt: Date | undefined
}

/** Online if a device is, else unknown if one is. */
export interface UserPresence {
  readonly uid: string
  readonly status: PresenceStatus
  readonly lastSeenAt: Date | undefined
}

export interface PresenceReader {
  /** A user's devices that were ever connected, ordered by client id. */
  devicesOf(uid: string): Promise<readonly DevicePresence[]>
  /** Of those users of `uids` that have had a device connected. */
  users(uids: readonly string[]): Promise<readonly UserPresence[]>
}

/** Told by whoever watches the broker's nodes. */
export interface NodeWatch {
  /** What was connected to the node by `at` (milliseconds since 1970) is no longer known to be online. */
  markNodeGone(node: string, at: number): Promise<void>
  /** The node was only out of sight, and what was connected to it still is. */
  markNodeBack(node: string): Promise<void>
  /** Remembers nodes that the broker has, and says of all that it ever had whether they are gone. */
  meet(nodes: readonly string[]): Promise<ReadonlyMap<string, boolean>>
}
