import type { Document } from './document.ts'

/** All that can be changed while the broker runs. */
export interface Documents {
  readonly authentication: readonly Document[]
  readonly sources: readonly Document[]
  readonly authorization: Document
  readonly mqtt: Document
  readonly autoSubscribe: readonly Document[]
  readonly bridges: readonly Document[]
  readonly connectors: readonly Document[]
  readonly actions: readonly Document[]
  readonly rules: readonly Document[]
}
