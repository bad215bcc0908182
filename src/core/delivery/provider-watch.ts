import type { CircuitStore, DeliveryLog } from '../ports/delivery-ports.ts'
import {
  type CircuitPolicy,
  closesCircuit,
  nextProbeAt,
  noteDoubt,
  noteOutcome,
  ownFault,
  UNKNOWN_HEALTH,
} from './circuit.ts'
import type { SendOutcome } from './send-outcome.ts'

/** Watches over one provider: opens its circuit, and lets one call through to see whether it is back. */
export interface ProviderWatch {
  /** Whether deliveries may be claimed: `probe` for one who may make a single call. */
  gate(): Promise<'closed' | 'open' | 'probe'>
  /** Whether a call may be made now. Asked once for each call. */
  mayCall(): boolean
  /** Takes the answer about an address of `uid` into account, and says what it is taken for. Does not throw. */
  note(answer: SendOutcome, uid: string): SendOutcome | Promise<SendOutcome>
  /** What was seen of the provider so far says nothing about it any more. Does not throw. */
  renew(): Promise<void>
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

  /** What an answer changes, if anything. */
  function changeAfter(outcome: SendOutcome): (() => Promise<void>) | undefined {
    if (state === 'probed') {
      if (closesCircuit(outcome)) return close
      state = 'open'
      return undefined
    }
    const noted = noteOutcome(health, outcome, policy, now())
    const { opens } = noted
    health = noted.health
    return opens === undefined ? undefined : () => open(opens)
  }

  function weigh(answer: SendOutcome, uid: string): SendOutcome {
    if (answer.kind !== 'address-gone' || answer.mayBeOurs !== true) return answer
    if (state !== 'closed') return ownFault(answer.reason)
    const noted = noteDoubt(health, answer, uid, policy, now())
    health = noted.health
    return noted.outcome
  }

  async function write(change: () => Promise<void>): Promise<void> {
    try {
      await change()
    } catch (err) {
      // What the provider answered counts all the same, and the next failure tries again.
      log.warn({ err, provider }, 'circuit could not be written')
    }
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

    note(answer, uid) {
      const outcome = weigh(answer, uid)
      // A doubt is no failure of the provider's.
      const change = changeAfter(outcome.kind === 'unavailable' ? answer : outcome)
      return change === undefined ? outcome : write(change).then(() => outcome)
    },

    renew() {
      health = UNKNOWN_HEALTH
      return write(() => circuits.hurry(provider, now()))
    },
  }
}
