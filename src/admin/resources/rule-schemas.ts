import { type Static, Type } from 'typebox'
import type { Rule } from '../../core/directory/rule.ts'
import { choice, Identifier, NumberedId, named, Time } from '../schemas.ts'

const Effect = choice(['allow', 'deny'])
const Action = choice(['publish', 'subscribe', 'all'])

const RuleScope = Type.Union(
  [
    Type.Object({ kind: Type.Literal('everyone') }, { additionalProperties: false }),
    Type.Object({ kind: Type.Literal('user'), uid: Identifier }, { additionalProperties: false }),
    Type.Object({ kind: Type.Literal('group'), gid: Identifier }, { additionalProperties: false }),
  ],
  { description: 'For whom: everyone, one user, or the members of one group.' },
)

const Filter = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'An MQTT topic filter; ${uid} and ${clientid} stand for those who ask.',
  examples: ['sensors/${uid}/#'],
})

const RULE = { effect: Effect, action: Action, filter: Filter, scope: RuleScope }

export const NewRuleBody = named('NewRule', RULE, 'A topic right to be given or taken.')

export const RuleBody = named(
  'Rule',
  { id: NumberedId, ...RULE, createdAt: Time },
  'A topic right beyond those that users and groups have.',
)

export function ruleBody({ createdAt, ...rule }: Rule): Static<typeof RuleBody> {
  return { ...rule, createdAt: createdAt.toISOString() }
}
