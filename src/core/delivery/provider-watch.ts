import type { CircuitStore, DeliveryLog } from '../ports/delivery-ports.ts'
import {
  type CircuitPolicy,
  closesCircuit,
  nextProbeAt,
  noteOutcome,
  UNKNOWN_HEALTH,
} from './circuit.ts'
import type { SendOutcome } from './send-outcome.ts'

/** Watches over one provider: opens its circuit, and lets one call through to see whether it is back. */
export interface ProviderWatch {
  /** Whether deliveries may be claimed: `probe` for one who may make a single call. */
  gate(): Promise<'closed' | 'open' | 'probe'>
  /** Whether a call may be made now. Asked once for each call. */
  mayCall(): boolean
  /** Does not throw. */
  note(outcome: SendOutcome): Promise<void>
}

export interface ProviderWatchParts {
  readonly circuits: CircuitStore
  readonly policy: CircuitPolicy
  readonly log: DeliveryLog
  readonly now: () => number
}

export function createProviderWatch(
  provider: string,
  { circuits, policy, log, now }: ProviderWatchParts,
): ProviderWatch {
  let health = UNKNOWN_HEALTH
  let state: 'closed' | 'open' | 'probing' | 'probed' = 'closed'

  async function close(): Promise<void> {
    state = 'closed'
    health = UNKNOWN_HEALTH
    await circuits.close(provider)
    log.info({ provider }, 'circuit closed')
  }

  async function open(reason: string): Promise<void> {
    // One of those who failed together is enough.
    if (state === 'open') return
    state = 'open'
    const openedAt = now()
    const probeAt = nextProbeAt(openedAt, openedAt, policy)
    await circuits.open(provider, { openedAt, probeAt, reason })
    log.error({ provider, reason }, 'circuit opened, deliveries are kept')
  }

  async function take(outcome: SendOutcome): Promise<void> {
    if (state === 'probed') {
      if (closesCircuit(outcome)) return await close()
      state = 'open'
      return
    }
    const noted = noteOutcome(health, outcome, policy, now())
    health = noted.health
    if (noted.opens !== undefined) await open(noted.opens)
  }

  return {
    async gate() {
      const circuit = await circuits.find(provider)
      if (circuit === undefined) {
        state = 'closed'
        return 'closed'
      }
      if (state === 'closed') state = 'open'
      const { openedAt, probeAt } = circuit
      if (probeAt > now()) return 'open'
      const taken = await circuits.takeProbe(
        provider,
        circuit,
        nextProbeAt(openedAt, now(), policy),
      )
      if (!taken) return 'open'
      state = 'probing'
      return 'probe'
    },

    mayCall() {
      if (state !== 'probing') return state === 'closed'
      state = 'probed'
      return true
    },

    async note(outcome) {
      try {
        await take(outcome)
      } catch (err) {
        // What the provider answered counts all the same, and the next failure tries again.
        log.warn({ err, provider }, 'circuit could not be written')
      }
    },
  }
}
