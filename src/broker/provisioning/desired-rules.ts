import { type Block, block, set } from './block.ts'
import type { BrokerWishes } from './wishes.ts'

/** A rule of the broker's rule engine. Everything of Herald's has a name that begins with `herald`. */
export interface DesiredRule {
  readonly id: string
  readonly why: string
  readonly sql: string
  /** The action by its name, or what else is done. */
  readonly actions: readonly string[] | readonly Block[]
}

/** The topics that people write to; messages of others need not be reported. */
const CHAT_TOPICS = [
  'user/+/inbox/+',
  'user/+/application/+',
  'group/+/inbox/+',
  'group/+/application/+',
  'group/+/invitation/+/from/+',
]

const MESSAGE_COLUMNS =
  'event, id, clientid, username, topic, qos, publish_received_at, pub_props, node, base64_encode(payload) as payload_b64'

const ACK_COLUMNS = 'event, id, clientid, username, topic, node'

export function desiredRules(wishes: BrokerWishes): readonly DesiredRule[] {
  const actions = [actionId(wishes)]
  const rules: readonly (DesiredRule | false)[] = [
    {
      id: 'herald_connected',
      why: 'Who is online.',
      sql: 'SELECT * FROM "$events/client_connected"',
      actions,
    },
    {
      id: 'herald_disconnected',
      why: 'Who is gone. All columns, for versions differ in them: 5.8.6 and later say which connection it was.',
      sql: 'SELECT * FROM "$events/client_disconnected"',
      actions,
    },
    {
      id: 'herald_publish',
      why: 'Messages to people. base64_encode makes a payload exact, whatever is in it; as text, what is no UTF-8 becomes U+FFFD.',
      sql: `SELECT ${MESSAGE_COLUMNS} FROM ${CHAT_TOPICS.map((topic) => `"${topic}"`).join(', ')}`,
      actions,
    },
    wishes.hasAcks && {
      id: 'herald_acked',
      why: 'Who has received a message, for late notifications (HERALD_LATE_PUSH): an event for every message and device, so leave it out where they are off.',
      sql: `SELECT ${ACK_COLUMNS} FROM "$events/message_acked"`,
      actions,
    },
    wishes.hasSentCopies && SENT_COPIES,
  ]
  return rules.filter((rule) => rule !== false)
}

/** The name of the last level but one is the reader's, that of the last the writer's: Herald sees to it. */
const SENT_COPIES: DesiredRule = {
  id: 'herald_sent',
  why: "What one device of a user sends reaches the user's other devices too, in user/{from}/sent/{to}. The sending one gets it as well, and knows it by the message's content.",
  sql: "SELECT payload, qos, nth(2, tokens(topic, '/')) as reader, nth(4, tokens(topic, '/')) as writer FROM \"user/+/inbox/+\"",
  actions: [
    block(
      set('function', 'republish'),
      set(
        'args',
        block(
          set('topic', 'user/${writer}/sent/${reader}'),
          set('payload', '${payload}'),
          set('qos', '${qos}'),
          set('retain', false),
        ),
      ),
    ),
  ],
}

function actionId({ form }: BrokerWishes): string {
  return form === '5.3' ? 'webhook:herald' : 'http:herald'
}
