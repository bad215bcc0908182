import { type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { IDENTIFIER_BYTES_MAX } from '../core/access/identifier.ts'
import { PAGE_ITEMS_MAX } from '../core/directory/page.ts'

/** Pieces that several resources' schemas are made of. */

export const Identifier = Type.String({
  minLength: 1,
  maxLength: IDENTIFIER_BYTES_MAX,
  // The bytes, control characters included, are the core's to count; this says what people get wrong.
  pattern: '^[^$+#/][^+#/]*$',
  description: 'At most 128 bytes of UTF-8, without +, #, / and control characters, not beginning with $.',
  examples: ['ann'],
})

export const Time = Type.String({ format: 'date-time', examples: ['2026-11-25T12:00:00.000Z'] })

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** A schema with a name of its own in the document. */
export function named<Properties extends TProperties>(
  $id: string,
  properties: Properties,
  description: string,
): TObject<Properties> {
  return Type.Object(properties, { $id, description, additionalProperties: false })
}

export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: PAGE_ITEMS_MAX, default: 100, description: 'Most items on the page.' }),
    ),
    after: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'The `next` of the page before.' }),
    ),
  },
  { additionalProperties: false },
)

/** A page of `items`. */
export function pageOf<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: nullable(Type.String({ description: 'Send it as `after` for the next page; null on the last.' })),
    },
    { additionalProperties: false },
  )
}

export const Problem = named(
  'Problem',
  {
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/errors.md has all of them.' }),
    detail: Type.String(),
    field: Type.Optional(Type.String({ description: 'The field at fault.' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'RFC 6901, into the body, query, path or headers.' }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  'RFC 9457 problem details.',
)

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
})

/** What each operation may answer besides its own. */
export const PROBLEMS = {
  400: problem('The request is malformed; `errors` says where.'),
  401: problem('No valid API key.'),
  403: problem('The key lacks the scope.'),
  404: problem('There is no such thing, or the key may not see it.'),
  409: problem('The request contradicts what is there.'),
  412: problem('It has changed since it was read.'),
  413: problem('The body is too large.'),
  415: problem('The body is not JSON.'),
  422: problem('The Idempotency-Key was used for another request.'),
  429: problem('Too many requests; Retry-After says when to try again.'),
  500: problem('A fault of Herald.'),
  503: problem('The database can’t be reached; try again.'),
}
