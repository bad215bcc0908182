/** Where a broker's management API is, and what it lets us in by. */
export interface BrokerAccess {
  /** Without a path: `http://127.0.0.1:18083`. */
  readonly url: string
  readonly key: string
  readonly secret: string
}

/** What of a broker's configuration is a matter of choice. */
export interface SetupChoices {
  /** Whether acknowledgements are reported, for late notifications. */
  readonly hasAcks: boolean
  /** Whether the broker subscribes every client to what is its user's. */
  readonly hasAutoSubscribe: boolean
  /** Whether what one device sends is shown to the other devices of its user. */
  readonly hasSentCopies: boolean
}

export interface RenderedFile {
  readonly name: string
  readonly text: string
}

/** One change that brings a broker nearer to what Herald needs. */
export interface SetupStep {
  readonly change: 'add' | 'change' | 'move' | 'remove'
  /** `the rule herald_publish`. */
  readonly what: string
  /** `pool_size: 4 → 8`; secrets are hidden. */
  readonly details: readonly string[]
  readonly why: string | undefined
  /** Whether others may rely on what is there now: it takes leave to change it. */
  readonly isShared: boolean
}

export interface SetupReport {
  /** `EMQX 5.8.9`. */
  readonly broker: string
  readonly steps: readonly SetupStep[]
  /** Those of them that were done. */
  readonly done: readonly SetupStep[]
}
