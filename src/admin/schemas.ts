import { type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { IDENTIFIER_BYTES_MAX } from '../core/access/identifier.ts'
import { PAGE_ITEMS_MAX } from '../core/directory/page.ts'

/** Pieces that several resources' schemas are made of. A schema with a title has a name in the document. */

/** The characters of an identifier; its bytes are the core's to count. */
const IDENTIFIER = '^(?!\\$)[^+#/\\u0000-\\u001f\\u007f-\\u009f]+$'

const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f]+$'

/** A uid, gid or client id. */
export const Identifier = Type.String({
  minLength: 1,
  maxLength: IDENTIFIER_BYTES_MAX,
  pattern: IDENTIFIER,
  description: `At most ${IDENTIFIER_BYTES_MAX} bytes of UTF-8, without +, #, / and control characters, not beginning with $.`,
  examples: ['ann'],
})

/** A line of text of at most so many bytes. */
export function line(bytesMax: number, description?: string) {
  return Type.String({
    minLength: 1,
    maxLength: bytesMax,
    pattern: LINE,
    ...(description !== undefined && { description }),
  })
}

/** The id of a row that Herald numbers. */
export const NumberedId = Type.String({ pattern: '^[0-9]{1,18}$', examples: ['17'] })

export const Time = Type.String({ format: 'date-time', examples: ['2026-11-25T12:00:00.000Z'] })

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** One of a closed list of words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  description?: string,
) {
  return Type.Unsafe<Words[number]>({
    type: 'string',
    enum: [...words],
    ...(description !== undefined && { description }),
  })
}

/** An object with a name of its own in the document; nothing but its properties may be in it. */
export function named<Properties extends TProperties>(
  title: string,
  properties: Properties,
  description: string,
): TObject<Properties> {
  return Type.Object(properties, { title, description, additionalProperties: false })
}

/** What stands in a path or a query. */
export function parameters<Properties extends TProperties>(
  properties: Properties,
): TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false })
}

const CURSOR_CHARACTERS_MAX = 2048

/** The parameters of every list; a resource adds its filters. */
export const PAGE = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_ITEMS_MAX,
      description: 'Most items on the page; 100 where it is left out.',
    }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: CURSOR_CHARACTERS_MAX,
      description: 'The `next` of the page before.',
    }),
  ),
}

export const PageQuery = parameters(PAGE)

/** A page of `items`, named after what is on it. */
export function pageOf<Item extends TSchema>(title: string, item: Item) {
  return named(
    title,
    {
      items: Type.Array(item),
      next: nullable(
        Type.String({ description: 'Send it as `after` for the next page; null on the last.' }),
      ),
    },
    'One page of a list; it stays in order while others add and remove.',
  )
}
