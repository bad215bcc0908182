import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { TopicExplanation } from '../../core/access/explain-topic.ts'
import type { TopicQuestion } from '../../core/access/topic-question.ts'
import type { ReachExplanation, ReachQuestion } from '../../core/reach/explain-reach.ts'
import { read } from '../operation.ts'
import { choice, Identifier, named, nullable } from '../schemas.ts'

export interface ExplainRoutesOptions {
  /** What a broker that asked would be answered, and why. */
  readonly explainTopic: (question: TopicQuestion) => Promise<TopicExplanation>
  /** What would happen to a message for a user if it were published now. */
  readonly explainReach: (question: ReachQuestion) => Promise<ReachExplanation>
}

// As they come from the wire: what is wrong with them is part of the answer.
const Wire = Type.String({ maxLength: 1024 })

const TopicQuestionBody = named(
  'TopicQuestion',
  {
    uid: Wire,
    clientId: Wire,
    action: choice(['publish', 'subscribe']),
    topic: Type.String({ maxLength: 4096, description: 'A topic, or a filter to subscribe to.' }),
    retain: Type.Optional(Type.Boolean({ description: 'Of what is published.' })),
  },
  'What a broker asks before a device publishes or subscribes.',
)

const PAYLOAD_CHARACTERS_MAX = 65_536

const ReachQuestionBody = named(
  'ReachQuestion',
  {
    uid: Identifier,
    topic: Type.String({ maxLength: 4096, examples: ['user/bob/inbox/ann'] }),
    payload: Type.Optional(
      Type.String({ maxLength: PAYLOAD_CHARACTERS_MAX, description: 'What is published.' }),
    ),
    isServer: Type.Optional(
      Type.Boolean({ description: "Published over the broker's REST API, not by a device." }),
    ),
  },
  'A message that might be published, and the user it is about.',
)

const Facts = Type.Array(named('Fact', { name: Type.String(), value: Type.String() }, 'A fact.'))

const TopicExplanationBody = named(
  'TopicExplanation',
  {
    verdict: Type.String({ examples: ['allow'] }),
    reason: Type.String({ description: 'From the closed lists of docs/topics.md.' }),
    because: Type.String({ description: 'The same in a sentence.' }),
    facts: Facts,
  },
  'A verdict with its reasons.',
)

const ReachExplanationBody = named(
  'ReachExplanation',
  {
    verdict: choice(['reached', 'unreached', 'no-recipient']),
    reason: nullable(
      Type.String({ description: 'From the closed list of docs/notifications.md.' }),
    ),
    because: Type.String({ description: 'The same in a sentence.' }),
    deliveries: Facts,
    facts: Facts,
  },
  'What would happen, with its reasons.',
)

export const explainRoutes: FastifyPluginAsyncTypebox<ExplainRoutesOptions> = async (
  app,
  { explainTopic, explainReach },
) => {
  app.post(
    '/explain/topic',
    read('messages', 'explainTopic', 'Says whether a device may use a topic, and why.', {
      body: TopicQuestionBody,
      response: { 200: TopicExplanationBody },
    }),
    async ({ body: { retain = false, ...question } }) => {
      const { facts, ...explanation } = await explainTopic({ ...question, retain })
      return { ...explanation, facts: [...facts] }
    },
  )

  app.post(
    '/explain/reach',
    read('messages', 'explainReach', 'Says whether a user would be notified, and why.', {
      body: ReachQuestionBody,
      response: { 200: ReachExplanationBody },
    }),
    async ({ body: { uid, topic, payload = '', isServer = false } }) => {
      const explained = await explainReach({ uid, topic, body: payload, isServer })
      const { reason = null, deliveries, facts, ...rest } = explained
      return { ...rest, reason, deliveries: [...deliveries], facts: [...facts] }
    },
  )
}
