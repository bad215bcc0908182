import type { RenderText } from '../core/delivery/rendered-text.ts'
import type { Provider } from '../core/ports/provider.ts'
import type { Channel } from '../core/reach/reach-policy.ts'
import type { FieldReader } from './field-reader.ts'

/** A company, or a protocol, that carries notifications: a folder of this room. */
export interface ProviderKind {
  /** As the providers' file names it: `apns`. */
  readonly kind: string
  readonly channels: readonly Channel[]
  /** What is wrong with an address of it, in words that follow "token"; undefined where nothing is. */
  tokenFault(token: string): string | undefined
  /** One spelling for what is the same address; called where there is no fault. */
  canonicalToken(token: string): string
  /**
   * Reads its settings. Undefined where there are faults, which the reader has noted. It may serve
   * several names, such as `apns` and `apns-sandbox`, each with a circuit and limits of its own.
   */
  read(fields: FieldReader): ReadyProvider | undefined
}

export interface ReadyProvider {
  readonly names: readonly string[]
  /** Where its settings leave it fewer than its kind has. */
  readonly channels?: readonly Channel[]
  open(parts: ProviderParts): Promise<readonly Provider[]>
}

export interface ProviderParts {
  readonly render: RenderText
  /** Where this Herald is reached from outside, without a slash at its end; undefined: it is not. */
  readonly publicUrl: string | undefined
  /** A key of this installation's own, for links that only we can have made. */
  readonly linkKey: Buffer | undefined
  readonly log: ProviderLog
  readonly now: () => number
}

export interface ProviderLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
