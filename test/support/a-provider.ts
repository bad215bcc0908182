import type { Provider } from '../../src/core/ports/provider.ts'
import { CHANNELS } from '../../src/core/reach/reach-policy.ts'

/** A provider that does what a test says when it is called, and nothing else. */
export function aProvider(send: Provider['send'], name = 'stub'): Provider {
  return {
    name,
    channels: CHANNELS,
    callbacks: undefined,
    send,
    preview: () => ({ target: `${name}:`, headers: {}, body: '' }),
    check: async () => ({ kind: 'proven', said: 'a test says so' }),
    close: async () => {},
  }
}
