import type { ExplainedFact } from '../access/explain-topic.ts'
import type { ReachFactsSource, RecipientFacts } from '../ports/reach-ports.ts'
import type { ChatMessage } from './chat-message.ts'
import { decideReach } from './decide-reach.ts'
import type { PlannedDelivery, ReachDecision } from './reach-decision.ts'
import type { ReachFacts } from './reach-facts.ts'
import { factsInWords } from './reach-facts-in-words.ts'
import type { ReachPolicy } from './reach-policy.ts'
import { UNREACHED_REASONS, type UnreachedReason } from './reach-reason.ts'
import { readMessage } from './read-message.ts'

/** A message that somebody might publish, and the user it is about. */
export interface ReachQuestion {
  readonly uid: string
  readonly topic: string
  /** The payload. */
  readonly body: string
  /** Published over the broker's REST API. */
  readonly isServer: boolean
}

/** What would happen to the message, with the reasons, for people. */
export interface ReachExplanation {
  readonly verdict: 'reached' | 'unreached' | 'no-recipient'
  readonly reason: UnreachedReason | NoRecipient | undefined
  readonly because: string
  /** Each delivery that would be made. */
  readonly deliveries: readonly ExplainedFact[]
  /** The facts that were looked at. */
  readonly facts: readonly ExplainedFact[]
}

/** Why a message is not for a user at all. */
const NO_RECIPIENT = {
  'no-message':
    'Nobody is notified of what is published there: it is in no topic of users and groups.',
  sender: 'It is the user who writes; only others are notified.',
  'not-addressed': 'The message is for somebody else.',
  'not-an-admin': "Requests to join are for the group's owner and admins.",
} as const

type NoRecipient = keyof typeof NO_RECIPIENT

/** Decides as if the message were published now, and says why. */
export async function explainReach(
  { source, policy, nowMs }: { source: ReachFactsSource; policy: ReachPolicy; nowMs: number },
  question: ReachQuestion,
): Promise<ReachExplanation> {
  const message = messageOf(question, nowMs)
  if (message === undefined) return noRecipient('no-message', [])
  const about = { name: 'message', value: `${message.kind} from ${message.from}` }
  const known = await source.ask(question.uid, message)
  const fault = recipientFault(question.uid, message, known)
  if (fault !== undefined) return noRecipient(fault, [about])
  const facts = [about, ...factsInWords(known, message)]
  const decision = decideReach(message, known.facts, policy, nowMs)
  return { ...decisionInWords(decision, known.facts, nowMs), facts }
}

function messageOf({ topic, body, isServer }: ReachQuestion, nowMs: number) {
  return readMessage({
    kind: 'published',
    generation: 'emqx5',
    id: undefined,
    clientId: isServer ? 'http_api' : '',
    topic,
    qos: 1,
    payload: Buffer.from(body),
    userProperties: {},
    receivedAt: nowMs,
  })
}

function recipientFault(
  uid: string,
  message: ChatMessage,
  { role }: RecipientFacts,
): NoRecipient | undefined {
  if (uid === message.from) return 'sender'
  if (message.to !== undefined && message.to !== uid) return 'not-addressed'
  if (message.kind !== 'join-request') return undefined
  return role === 'owner' || role === 'admin' ? undefined : 'not-an-admin'
}

function noRecipient(reason: NoRecipient, facts: readonly ExplainedFact[]): ReachExplanation {
  return { verdict: 'no-recipient', reason, because: NO_RECIPIENT[reason], deliveries: [], facts }
}

function decisionInWords(
  decision: ReachDecision,
  facts: ReachFacts,
  nowMs: number,
): Omit<ReachExplanation, 'facts'> {
  if (decision.kind === 'unreached') {
    const { reason } = decision
    return { verdict: 'unreached', reason, because: sentence(reason), deliveries: [] }
  }
  const { deliveries } = decision
  const many = deliveries.length === 1 ? '1 address is' : `${deliveries.length} addresses are`
  return {
    verdict: 'reached',
    reason: undefined,
    because: `${many} notified, unless something comes in between.`,
    deliveries: deliveries.map((delivery) => deliveryInWords(delivery, facts, nowMs)),
  }
}

function sentence(reason: UnreachedReason): string {
  const words = UNREACHED_REASONS[reason]
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function deliveryInWords(
  { addressId, dueAt, isSilent, step }: PlannedDelivery,
  { addresses }: ReachFacts,
  nowMs: number,
): ExplainedFact {
  const address = addresses.find(({ id }) => id === addressId)
  const when = dueAt <= nowMs ? 'at once' : `at ${new Date(dueAt).toISOString()}`
  const how = [
    `${address?.channel} by ${address?.provider}`,
    when,
    ...(isSilent ? ['without a sound'] : []),
    ...(step > 0 ? [`step ${step + 1} of the ladder`] : []),
  ]
  return { name: `delivery to ${address?.deviceId ?? address?.channel}`, value: how.join(', ') }
}
