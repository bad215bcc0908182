import type { Channel } from '../reach/reach-policy.ts'
import { callProvider } from './call-provider.ts'
import type { DeliveryParts, ServedProvider } from './delivery-parts.ts'
import type { AddressedNotification } from './notification.ts'
import { createPace, type Pace } from './pace.ts'
import { createProviderWatch, type ProviderWatch } from './provider-watch.ts'
import type { SendLimits } from './send-limits.ts'
import type { SendOutcome } from './send-outcome.ts'

/** Where one provider is called from. Whoever sits there may change while calls are under way. */
export interface SendDesk {
  readonly name: string
  readonly watch: ProviderWatch
  channels(): readonly Channel[]
  limits(): SendLimits
  pace(): Pace
  isStopping(): boolean
  call(message: AddressedNotification): Promise<SendOutcome>
  /** Resolves when the calls of the one before have ended. */
  change(served: ServedProvider): Promise<void>
  /** No further calls are made; resolves when those under way have ended. */
  leave(): Promise<void>
}

export function createSendDesk(
  parts: DeliveryParts,
  first: ServedProvider,
  isStopping: () => boolean,
): SendDesk {
  const { policy, now } = parts
  const { name } = first.provider
  const watch = createProviderWatch(name, { ...parts, policy: policy.circuit })
  const calls = new Set<Promise<SendOutcome>>()
  let { provider, limits } = first
  let pace = createPace(limits.perSecond, now)
  let hasLeft = false

  return {
    name,
    watch,
    channels: () => provider.channels,
    limits: () => limits,
    pace: () => pace,
    isStopping: () => hasLeft || isStopping(),
    call(message) {
      const call = callProvider(provider, message, policy.work.sendTimeoutMs)
      calls.add(call)
      void call.then(() => calls.delete(call))
      return call
    },
    async change(served) {
      if (served.limits !== limits) pace = createPace(served.limits.perSecond, now)
      limits = served.limits
      if (served.provider === provider) return
      const before = [...calls]
      provider = served.provider
      await Promise.all([watch.renew(), ...before])
    },
    async leave() {
      hasLeft = true
      await Promise.all(calls)
    },
  }
}
