import type { ProviderKind } from './provider-kind.ts'
import { stubKind } from './stub/stub-provider.ts'

/** Whoever can be named in the providers' file. */
export const PROVIDER_KINDS: readonly ProviderKind[] = [stubKind]
