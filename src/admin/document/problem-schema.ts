import { Type } from 'typebox'
import { named } from '../schemas.ts'

/** What goes wrong, as the document has it; `http/problem.ts` makes them. */
const ProblemBody = named(
  'Problem',
  {
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/errors.md has all of them.' }),
    detail: Type.String(),
    field: Type.Optional(Type.String({ description: 'The field at fault, where it is one.' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.String({ description: 'body, query, path or header.' }),
          pointer: Type.String({ description: 'Where in it, as RFC 6901 writes it.' }),
          detail: Type.String(),
        }),
        { description: 'Everything that does not fit the schema.' },
      ),
    ),
  },
  'RFC 9457 problem details.',
)

const WHENEVER = {
  400: 'The request is malformed; `errors` or `field` says where.',
  401: 'No valid credential.',
  404: 'There is no such thing, or the caller may not see it.',
  414: 'Something in the URL is too long.',
  429: 'Too many requests; Retry-After says when to try again.',
  500: 'A fault of Herald.',
  503: 'The database can’t be reached; try again.',
}

const ON_WRITES = {
  403: 'The key may read this and not change it.',
  409: 'The request contradicts what is there.',
  412: 'It has changed since it was read.',
  413: 'The body is too large.',
  415: 'The body is of a type that is not taken.',
  422: 'The Idempotency-Key was used for another request.',
}

/** The problems that an operation may answer with, by status. */
export function problemResponses(isWrite: boolean): Record<string, unknown> {
  const described = { ...WHENEVER, ...(isWrite && ON_WRITES) }
  return Object.fromEntries(
    Object.entries(described).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: ProblemBody } } },
    ]),
  )
}
