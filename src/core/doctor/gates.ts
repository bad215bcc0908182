import type { BrokerSetup, Gate, Hook } from './broker-setup.ts'

/** Where in a chain Herald is asked; -1 where it is not. */
export function heraldAt(gates: readonly Gate[]): number {
  return gates.findIndex(({ isOn, hook }) => isOn && hook !== undefined)
}

export interface NamedHook {
  /** `logins`, `topics`, for a sentence. */
  readonly about: string
  readonly path: string
  readonly hook: Hook
}

/** How Herald is asked, as far as it is. */
export function hooksOf({ authenticators, sources }: BrokerSetup): readonly NamedHook[] {
  const login = authenticators[heraldAt(authenticators)]?.hook
  const topic = sources[heraldAt(sources)]?.hook
  return [
    ...(login === undefined ? [] : [{ about: 'logins', path: '/emqx/5/connect', hook: login }]),
    ...(topic === undefined ? [] : [{ about: 'topics', path: '/emqx/5/topic', hook: topic }]),
  ]
}
