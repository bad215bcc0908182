import { randomUUID } from 'node:crypto'
import type { DeliveryParts } from './delivery-parts.ts'
import { holdLease } from './lease.ts'
import { createProviderWatch } from './provider-watch.ts'
import { type SendDesk, sendClaim } from './send-claim.ts'

/** The worker: sends what is due. Any number of them share the work. */
export interface Delivery {
  /**
   * Sends what is due at a provider until nothing is, or its circuit opens. Throws where Postgres
   * can't be asked; what was claimed by then is taken up again when its lease is over.
   */
  drain(provider: string): Promise<void>
  /** Waits for the calls under way and gives back what was claimed and not tried. */
  stop(): Promise<void>
}

/** Of a provider that may be back, this many deliveries are looked at to find one to try it with. */
const PROBE_CLAIM = 20

interface Desk extends SendDesk {
  drains: number
  /** Somebody rang while all drains were busy. */
  isRung: boolean
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { policy, providers, log } = parts
  const running = new Set<Promise<void>>()
  let stopping = false
  const desks = new Map<string, Desk>(
    providers.map((provider) => {
      const watch = createProviderWatch(provider.name, { ...parts, policy: policy.circuit })
      const isStopping = () => stopping
      return [provider.name, { provider, watch, isStopping, drains: 0, isRung: false }]
    }),
  )

  async function take(desk: Desk): Promise<void> {
    desk.drains++
    try {
      await drainDesk(parts, desk)
    } finally {
      desk.drains--
    }
  }

  return {
    async drain(name) {
      const desk = desks.get(name)
      if (desk === undefined) {
        log.warn({ provider: name }, 'deliveries for a provider that is not configured')
        return
      }
      if (desk.drains >= policy.work.drainsMax) {
        desk.isRung = true
        return
      }
      const drain = take(desk)
      running.add(drain)
      try {
        await drain
      } finally {
        running.delete(drain)
      }
    },

    async stop() {
      stopping = true
      await Promise.allSettled(running)
    },
  }
}

async function drainDesk(parts: DeliveryParts, desk: Desk): Promise<void> {
  const { claimMax } = parts.policy.work
  while (!desk.isStopping()) {
    const gate = await desk.watch.gate()
    if (gate === 'open') return
    desk.isRung = false
    const limit = gate === 'probe' ? PROBE_CLAIM : claimMax
    const claimed = await claimAndSend(parts, desk, limit, gate)
    if (claimed === 0 || (claimed < limit && !desk.isRung)) return
  }
}

/** Returns how many were due. */
async function claimAndSend(
  parts: DeliveryParts,
  desk: Desk,
  limit: number,
  gate: 'closed' | 'probe',
): Promise<number> {
  const { store, policy, now } = parts
  const { leaseMs, sendsMax } = policy.work
  const nowMs = now()
  const token = randomUUID()
  const leaseEndsAt = nowMs + leaseMs
  const { name, channels } = desk.provider
  const hasMails = channels.includes('email')
  const claim = { provider: name, lease: token, limit, nowMs, leaseEndsAt, hasMails }
  const deliveries = await store.claim(claim)
  if (deliveries.length === 0) return 0
  const lease = holdLease({ ...parts, ...policy.work }, token, deliveries, leaseEndsAt)
  try {
    // One after the other, so that the first call decides about the others.
    await sendClaim(parts, desk, lease, deliveries, gate === 'probe' ? 1 : sendsMax)
  } finally {
    await lease.end()
  }
  return deliveries.length
}
