import fc from 'fast-check'
import { type Asked, fieldsOf } from '../../support/flow-world.ts'
import {
  type DialectName,
  type Fields,
  formQuestion,
  JSON_TYPE,
  jsonQuestion,
  queryQuestion,
  type WireQuestion,
  wire,
} from '../../support/hook-wire.ts'

/** A request that must not be answered with yes. */
export interface BadRequest {
  readonly kind: string
  readonly dialect: DialectName
  readonly bytes: Buffer
  /**
   * `kept`: HTTP that is in order, so there is one answer, and the connection goes on; `broken`: HTTP
   * that is not, after which we say that nothing more comes; `unfinished`: more is promised and never
   * comes.
   */
  readonly manner: 'kept' | 'broken' | 'unfinished'
}

/** A good question, in a dialect's fields, that a fault is about to be put into. */
export interface Base {
  readonly dialect: DialectName
  readonly question: Asked['kind']
  readonly fields: Fields
}

/** What a field is called that a question can't do without. */
export function neededFields({ dialect, question, fields }: Base): readonly string[] {
  const optional = new Set(['peerhost', 'ipaddr', 'qos', 'retain'])
  if (dialect === 'emqx4' && question === 'connect') return ['clientid', 'username', 'password']
  return Object.keys(fields).filter((name) => !optional.has(name))
}

export function bases(right: readonly Asked[]): fc.Arbitrary<Base> {
  return fc
    .tuple(fc.constantFrom(...right), fc.constantFrom<DialectName>('emqx5', 'emqx4'))
    .map(([asked, dialect]) => ({
      dialect,
      question: asked.kind,
      fields: fieldsOf(dialect, asked),
    }))
}

/** A base of the dialect that takes forms and queries. */
export function bases4(right: readonly Asked[]): fc.Arbitrary<Base> {
  return fc.constantFrom(...right).map((asked) => ({
    dialect: 'emqx4',
    question: asked.kind,
    fields: fieldsOf('emqx4', asked),
  }))
}

/** The base with its fields as they are or changed, in any encoding that its dialect takes. */
export function encoded(base: Base, fields: Fields = base.fields): fc.Arbitrary<WireQuestion> {
  const json = jsonQuestion(base.dialect, base.question, fields)
  if (base.dialect === 'emqx5') return fc.constant(json)
  return fc.constantFrom(
    json,
    formQuestion(base.question, fields),
    queryQuestion(base.question, fields),
  )
}

/** The base with a JSON body of the test's own. */
export function withJson(base: Base, body: string | Buffer): WireQuestion {
  return { ...jsonQuestion(base.dialect, base.question, {}), contentType: JSON_TYPE, body }
}

/** HTTP in order around a question that is not. The proof of the broker is what `secret` says. */
export function kept(kind: string, question: WireQuestion, headers: Fields): BadRequest {
  const bytes = wire({ ...question, headers: { ...question.headers, ...headers } })
  return { kind, dialect: question.dialect, bytes, manner: 'kept' }
}
