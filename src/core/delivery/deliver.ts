import { randomUUID } from 'node:crypto'
import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { DeliveryParts, ServedProvider } from './delivery-parts.ts'
import { holdLease } from './lease.ts'
import { recheck } from './recheck.ts'
import { isCounted, NO_BUDGET, type SendBudget, takeBudget } from './send-budget.ts'
import { sendClaim } from './send-claim.ts'
import { createSendDesk, type SendDesk } from './send-desk.ts'

/** The worker: sends what is due. Any number of them share the work. */
export interface Delivery {
  /**
   * Calls these from now on, and no others. Resolves when the calls to those that are replaced or gone have
   * ended.
   */
  serve(providers: readonly ServedProvider[]): Promise<void>
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

interface Post {
  readonly desk: SendDesk
  drains: number
  /** Somebody rang while all drains were busy. */
  isRung: boolean
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { policy } = parts
  const running = new Set<Promise<void>>()
  const posts = new Map<string, Post>()
  const warnUnknown = createUnknownWarning(parts)
  let stopping = false

  async function take(post: Post): Promise<void> {
    post.drains++
    try {
      await drainPost(parts, post)
    } finally {
      post.drains--
    }
  }

  return {
    async serve(providers) {
      const names = new Set(providers.map(({ provider }) => provider.name))
      const gone = [...posts].filter(([name]) => !names.has(name))
      for (const [name] of gone) posts.delete(name)
      const changes = providers.map(async (served) => {
        const post = posts.get(served.provider.name)
        if (post !== undefined) return await post.desk.change(served)
        const desk = createSendDesk(parts, served, () => stopping)
        posts.set(desk.name, { desk, drains: 0, isRung: false })
      })
      await Promise.all([...changes, ...gone.map(([, { desk }]) => desk.leave())])
    },

    async drain(name) {
      const post = posts.get(name)
      if (post === undefined) return warnUnknown(name)
      if (post.drains >= policy.work.drainsMax) {
        post.isRung = true
        return
      }
      const drain = take(post)
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

const HOUR_MS = 3_600_000

/** Bells for it come twice a second. */
function createUnknownWarning({ log, now }: DeliveryParts): (provider: string) => void {
  const warnedAt = new Map<string, number>()
  return (provider) => {
    if (now() - (warnedAt.get(provider) ?? -HOUR_MS) < HOUR_MS) return
    warnedAt.set(provider, now())
    log.warn({ provider }, 'deliveries for a provider that is not configured')
  }
}

async function drainPost(parts: DeliveryParts, post: Post): Promise<void> {
  const { desk } = post
  while (!desk.isStopping()) {
    const gate = await desk.watch.gate()
    if (gate === 'open') return
    post.isRung = false
    const limit = gate === 'probe' ? PROBE_CLAIM : claimMax(parts, desk)
    const claimed = await claimAndSend(parts, desk, limit, gate)
    if (claimed === 0 || (claimed < limit && !post.isRung)) return
  }
}

function claimMax({ policy }: DeliveryParts, desk: SendDesk): number {
  return Math.min(policy.work.claimMax, desk.pace().claimMax)
}

/** Returns how many were due. */
async function claimAndSend(
  parts: DeliveryParts,
  desk: SendDesk,
  limit: number,
  gate: 'closed' | 'probe',
): Promise<number> {
  const { store, policy, now } = parts
  const { leaseMs, sendsMax } = policy.work
  const nowMs = now()
  const token = randomUUID()
  const leaseEndsAt = nowMs + leaseMs
  const hasMails = desk.channels().includes('email')
  const claim = { provider: desk.name, lease: token, limit, nowMs, leaseEndsAt, hasMails }
  const deliveries = await store.claim(claim)
  if (deliveries.length === 0) return 0
  const lease = holdLease({ ...parts, ...policy.work }, token, deliveries, leaseEndsAt)
  try {
    const budget = await budgetOf(parts, desk, deliveries)
    // One after the other, so that the first call decides about the others.
    const lanes = gate === 'probe' ? 1 : sendsMax
    await sendClaim(parts, { desk, lease, budget, claimedAt: nowMs }, deliveries, lanes)
    await budget.close()
  } finally {
    await lease.end()
  }
  return deliveries.length
}

async function budgetOf(
  { counts, policy, now, log }: DeliveryParts,
  desk: SendDesk,
  deliveries: readonly ClaimedDelivery[],
): Promise<SendBudget> {
  const limits = desk.limits()
  if (!isCounted(limits)) return NO_BUDGET
  const atMs = now()
  const provider = desk.name
  const wanted = deliveries.filter(
    ({ facts, parcel }) =>
      parcel !== undefined && recheck(facts, policy.recheck, atMs).kind === 'send',
  )
  const onFault = (err: unknown) =>
    log.warn({ err, provider }, 'what was not sent could not be uncounted')
  return await takeBudget({ counts, provider, limits, atMs, onFault }, wanted)
}
