import type { StaticEncode, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { BrokerAnswer } from '../../core/ports/broker-control.ts'

/** Makes an answer of what a broker's body says. */
export type BodyReader<Value> = (body: unknown) => BrokerAnswer<Value>

/** Reads what fits the schema; what does not is refused, with the first thing that is wrong. */
export function bodyReader<Schema extends TSchema, Value>(
  schema: Schema,
  map: (body: StaticEncode<Schema>) => Value,
): BodyReader<Value> {
  return answerReader(schema, (body) => ({ kind: 'done', value: map(body) }))
}

/** The same for bodies that can say no. */
export function answerReader<Schema extends TSchema, Value>(
  schema: Schema,
  map: (body: StaticEncode<Schema>) => BrokerAnswer<Value>,
): BodyReader<Value> {
  const validator = Compile(schema)
  return (body) => {
    if (validator.Check(body)) return map(body)
    const [fault] = validator.Errors(body)
    const where = fault?.instancePath || 'the answer'
    return { kind: 'refused', reason: `not as expected: ${where} ${fault?.message ?? ''}`.trim() }
  }
}

/** For calls whose answer says nothing beyond its status. */
export const readNothing: BodyReader<undefined> = () => ({ kind: 'done', value: undefined })
