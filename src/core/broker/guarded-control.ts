import {
  type CircuitPolicy,
  nextProbeAt,
  noteOutcome,
  type ProviderHealth,
  UNKNOWN_HEALTH,
} from '../delivery/circuit.ts'
import type { BrokerAnswer, BrokerControl } from '../ports/broker-control.ts'

/** A broker is one party with one API: a few failures in a row say enough. */
export const BROKER_CIRCUIT: CircuitPolicy = {
  windowMs: 10_000,
  failuresMin: 5,
  failureShare: 0.9,
  probeFirstMs: 1_000,
  probeMaxMs: 30_000,
}

export interface GuardParts {
  readonly policy: CircuitPolicy
  readonly now: () => number
  /** `reason` is undefined where the broker answers again. */
  readonly onChange: (reason: string | undefined) => void
}

/**
 * Calls no broker that does not answer: after enough failures everything is `unavailable` at once, but for
 * one call now and then that tries whether it is back. A "no" is an answer.
 */
export function guardBrokerControl(control: BrokerControl, parts: GuardParts): BrokerControl {
  const circuit = createCircuit(parts)
  return {
    capabilities: (signal) => circuit.pass(() => control.capabilities(signal)),
    readClient: (id, signal) => circuit.pass(() => control.readClient(id, signal)),
    listClients: (after, signal) => circuit.pass(() => control.listClients(after, signal)),
    subscriptionsOf: (id, signal) => circuit.pass(() => control.subscriptionsOf(id, signal)),
    subscribe: (id, filters, signal) => circuit.pass(() => control.subscribe(id, filters, signal)),
    unsubscribe: (id, filters, signal) =>
      circuit.pass(() => control.unsubscribe(id, filters, signal)),
    endSession: (id, signal) => circuit.pass(() => control.endSession(id, signal)),
    clearTopicCache: (id, signal) => circuit.pass(() => control.clearTopicCache(id, signal)),
    clearTopicCaches: (signal) => circuit.pass(() => control.clearTopicCaches(signal)),
    publish: (message, signal) => circuit.pass(() => control.publish(message, signal)),
    close: () => control.close(),
  }
}

interface Open {
  readonly since: number
  readonly reason: string
  readonly probeAt: number
}

function createCircuit({ policy, now, onChange }: GuardParts) {
  let health: ProviderHealth = UNKNOWN_HEALTH
  let open: Open | undefined
  let isProbing = false

  function note(answer: BrokerAnswer<unknown>): void {
    const outcome =
      answer.kind === 'unavailable' ? answer : ({ kind: 'accepted', providerId: '' } as const)
    const noted = noteOutcome(health, outcome, policy, now())
    health = noted.health
    if (noted.opens === undefined) return
    open = { since: now(), reason: noted.opens, probeAt: now() + policy.probeFirstMs }
    onChange(open.reason)
  }

  function noteProbe(answer: BrokerAnswer<unknown>, { since, reason }: Open): void {
    if (answer.kind === 'unavailable') {
      open = { since, reason, probeAt: nextProbeAt(since, now(), policy) }
      return
    }
    open = undefined
    health = UNKNOWN_HEALTH
    onChange(undefined)
  }

  async function probe<Value>(call: () => Promise<BrokerAnswer<Value>>, was: Open) {
    isProbing = true
    try {
      const answer = await call()
      noteProbe(answer, was)
      return answer
    } finally {
      isProbing = false
    }
  }

  return {
    async pass<Value>(call: () => Promise<BrokerAnswer<Value>>): Promise<BrokerAnswer<Value>> {
      if (open === undefined) {
        const answer = await call()
        // What was under way when the circuit opened says nothing new.
        if (open === undefined) note(answer)
        return answer
      }
      const waitMs = open.probeAt - now()
      if (waitMs <= 0 && !isProbing) return await probe(call, open)
      const retryAfterMs = Math.max(waitMs, policy.probeFirstMs)
      return { kind: 'unavailable', reason: `not called: ${open.reason}`, retryAfterMs }
    },
  }
}
