/** A push service, and those who are compared at sending to it. A file each; see `vendors.ts`. */
export interface PushVendor {
  readonly title: string
  /** Runs in a process of its own, and answers yes to everything after `latencyMs`. */
  startPeer(latencyMs: number): Promise<PushPeer>
  /** Ours is called `herald`. */
  readonly contestants: readonly Contestant[]
  /** Ours as a share of, or a multiple of, another contestant's. */
  readonly aims: readonly PushAim[]
}

export interface PushPeer {
  /** All that a contestant needs to find it: addresses, keys, files. */
  readonly facts: PeerFacts
  close(): Promise<void>
}

export type PeerFacts = Readonly<Record<string, string>>

export interface Contestant {
  readonly name: string
  /** How it was made to call the peer; a word or two for the table. */
  readonly pointed: string
  open(peer: PeerFacts): Promise<PushSender>
}

export interface PushSender {
  /** Rejects unless the peer has said yes. `index` is another one each time. */
  send(index: number): Promise<unknown>
  close(): Promise<void>
}

export interface PushAim {
  readonly of: string
  readonly least: number
  readonly aim: number
}

/** A fact that has to be there. */
export function fact(facts: PeerFacts, name: string): string {
  const value = facts[name]
  if (value === undefined) throw new Error(`the peer does not say its ${name}`)
  return value
}
