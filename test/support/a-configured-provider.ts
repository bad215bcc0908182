import type { ConfiguredProvider } from '../../src/core/directory/configured-provider.ts'
import { CHANNELS } from '../../src/core/reach/reach-policy.ts'

/** The stub, as addresses know it, unless a test says otherwise. */
export function aConfiguredProvider(parts: Partial<ConfiguredProvider> = {}): ConfiguredProvider {
  return {
    kind: 'stub',
    names: ['stub'],
    channels: CHANNELS,
    apps: [],
    tokenFault: () => undefined,
    canonicalToken: (token) => token,
    ...parts,
  }
}
