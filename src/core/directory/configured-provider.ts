import type { Channel } from '../reach/reach-policy.ts'

/** An entry of the providers' file, as far as addresses have to do with it. */
export interface ConfiguredProvider {
  /** `apns`. */
  readonly kind: string
  /** As addresses name it: one for each of its environments. */
  readonly names: readonly string[]
  readonly channels: readonly Channel[]
  /** Whose devices it is for, whatever name of its kind they ask for. */
  readonly apps: readonly string[]
  /** What is wrong with a token, in words that follow "token". */
  tokenFault(token: string): string | undefined
  /** One spelling for what is the same address. */
  canonicalToken(token: string): string
}
