import type { BrokerAnswer, BrokerControl } from '../ports/broker-control.ts'
import type { SessionResult, SessionTask } from '../ports/session-ports.ts'
import { desiredSubscriptions, type SubscriptionPolicy } from './desired-subscriptions.ts'
import { planFromHeld, surplusOf } from './subscription-plan.ts'

export interface TendingParts {
  readonly control: BrokerControl
  readonly policy: SubscriptionPolicy
  /** Whether a client may have a filter that it has asked for itself. */
  readonly maySubscribe: (uid: string, clientId: string, filter: string) => Promise<boolean>
}

/** What came of it, or the answer that stands in the way. */
export type Tended = { readonly kind: 'done'; readonly result: SessionResult } | Hitch
type Hitch = Exclude<BrokerAnswer<unknown>, { readonly kind: 'done' }>

/**
 * Brings one session to what it has to be. What goes, goes first; then the broker forgets what it
 * allowed, and only then is it looked at what the client has asked for itself, so that it can't ask
 * for more between the two. That a session is over is what events said, and the newest may be lost: whoever
 * is told to look asks the broker.
 */
export async function tendSession(
  parts: TendingParts,
  task: SessionTask,
  signal: AbortSignal,
): Promise<Tended> {
  if (isToEnd(task)) return await endSession(parts, task, signal)
  if (task.isOver && !task.looks) return { kind: 'done', result: { kind: 'absent' } }
  const { held = [] } = task
  const desired = desiredSubscriptions(task, parts.policy)
  const { subscribe, unsubscribe } = planFromHeld(held, desired)
  const { clientId } = task
  const hitch =
    (await ask(unsubscribe, (gone) => parts.control.unsubscribe(clientId, gone, signal))) ??
    (await clearCache(parts, task, signal))
  if (hitch !== undefined) return hitch
  if (task.held === undefined || task.looks) return await look(parts, task, desired, signal)
  return await complete(parts, task, { desired, missing: subscribe }, signal)
}

/** Nobody may use it, or only whoever logs in anew. */
function isToEnd({ standing, endsSession }: SessionTask): boolean {
  return standing !== 'welcome' || endsSession
}

/** With the session goes what is queued in it, which would arrive otherwise. */
async function endSession(
  { control }: TendingParts,
  { clientId }: SessionTask,
  signal: AbortSignal,
): Promise<Tended> {
  const answer = await control.endSession(clientId, signal)
  if (answer.kind === 'unavailable' || answer.kind === 'refused') return answer
  return { kind: 'done', result: { kind: 'ended' } }
}

async function ask(
  filters: readonly string[],
  call: (filters: readonly string[]) => Promise<BrokerAnswer<undefined>>,
): Promise<Hitch | undefined> {
  if (filters.length === 0) return undefined
  const answer = await call(filters)
  return answer.kind === 'done' ? undefined : answer
}

/** A client that is not connected has none. */
async function clearCache(
  { control }: TendingParts,
  { clientId, clearsCache }: SessionTask,
  signal: AbortSignal,
): Promise<Hitch | undefined> {
  if (!clearsCache) return undefined
  const answer = await control.clearTopicCache(clientId, signal)
  return answer.kind === 'unavailable' || answer.kind === 'refused' ? answer : undefined
}

interface Missing {
  readonly desired: readonly string[]
  readonly missing: readonly string[]
}

async function complete(
  { control }: TendingParts,
  { clientId, ownFilters }: SessionTask,
  { desired, missing }: Missing,
  signal: AbortSignal,
): Promise<Tended> {
  const hitch = await ask(missing, (more) => control.subscribe(clientId, more, signal))
  return hitch ?? { kind: 'done', result: { kind: 'held', filters: desired, ownFilters } }
}

/** Messages of QoS 0 are not kept for anybody, so a filter at QoS 0 is as good as none. */
async function look(
  parts: TendingParts,
  task: SessionTask,
  desired: readonly string[],
  signal: AbortSignal,
): Promise<Tended> {
  const { control } = parts
  const { clientId } = task
  const answer = await control.subscriptionsOf(clientId, signal)
  if (answer.kind !== 'done') return answer
  const kept = answer.value.filter(({ qos }) => qos > 0).map(({ filter }) => filter)
  const { subscribe: missing } = planFromHeld(kept, desired)
  const { covered, open } = surplusOf(
    answer.value.map(({ filter }) => filter),
    desired,
  )
  const denied = await deniedOf(parts, task, open)
  const hitch = await ask([...covered, ...denied], (gone) =>
    control.unsubscribe(clientId, gone, signal),
  )
  if (hitch !== undefined) return hitch
  const ownFilters = open.length - denied.length
  return await complete(parts, { ...task, ownFilters }, { desired, missing }, signal)
}

async function deniedOf(
  { maySubscribe }: TendingParts,
  { uid, clientId }: SessionTask,
  filters: readonly string[],
): Promise<readonly string[]> {
  const verdicts = await Promise.all(filters.map((filter) => maySubscribe(uid, clientId, filter)))
  return filters.filter((_, index) => verdicts[index] !== true)
}
