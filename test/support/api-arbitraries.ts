import fc from 'fast-check'
import type { FoundOperation, OpenApiDocument } from './openapi.ts'

/** A request as it may come, right or wrong. */
export interface ArbitraryRequest {
  /** `GET /v1/users?limit=1`. */
  readonly target: string
  readonly body: unknown
}

/** What breaks parsers, stores and bounds: in texts, and in place of anything else. */
const NASTY = [
  '',
  '\u0000',
  '\ud800',
  '€'.repeat(128),
  'a'.repeat(5000),
  '../x',
  '%',
  "'",
  '9'.repeat(19),
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '2026-11-25T23:59:60Z',
  `20260231-${'f'.repeat(32)}-1`,
  'user/a\u0000',
] as const

/** What there is in the world of the tests. */
const KNOWN = ['ann', 'bob', 'user/bob', 'group/hikers', 'hikers', 'stub', 'open/#'] as const

const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...NASTY, null, true, -1, 1e300, [], {}),
  fc.string({ unit: 'binary' }),
)

const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: anything })

/** Requests of an operation, made from what the document says of it. */
export function requestsOf(
  document: OpenApiDocument,
  { method, path, parameters = [], requestBody }: FoundOperation,
): fc.Arbitrary<ArbitraryRequest> {
  const asked = parameters.filter((one) => one.in !== 'header')
  const [content] = Object.values(requestBody?.content ?? {})
  const values = asked.map(({ schema, required }) =>
    fc.option(valuesOf(document, schema), { nil: undefined, freq: required === true ? 50 : 2 }),
  )
  const body = content === undefined ? fc.constant(undefined) : valuesOf(document, content.schema)
  return fc.tuple(fc.tuple(...values), body).map(([given, sent]) => {
    let url = path
    const query: string[] = []
    for (const [n, { name, in: place }] of asked.entries()) {
      const text = inUrl(given[n])
      if (place === 'path') url = url.replace(`{${name}}`, text ?? 'x')
      else if (text !== undefined) query.push(`${name}=${text}`)
    }
    return {
      target: `${method} ${url}${query.length === 0 ? '' : `?${query.join('&')}`}`,
      body: sent,
    }
  })
}

/** What can't be written in a URL is written as somebody would who tries. */
function inUrl(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = String(value)
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80'
}

const DEPTH_MAX = 6

/** Values of a JSON schema, and now and then some that are not. */
function valuesOf(document: OpenApiDocument, schema: unknown, depth = 0): fc.Arbitrary<unknown> {
  const at = (name: string): unknown =>
    typeof schema === 'object' && schema !== null ? Reflect.get(schema, name) : undefined
  const inner = (one: unknown) => valuesOf(document, one, depth + 1)
  const reference = at('$ref')
  if (depth > DEPTH_MAX) return anything
  if (typeof reference === 'string') {
    return inner(document.components.schemas[reference.split('/').at(-1) ?? ''])
  }
  const choices = at('anyOf')
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner))
  const words = at('enum')
  if (Array.isArray(words)) return mostly(fc.constantFrom<unknown>(...words))
  if (at('const') !== undefined) return mostly(fc.constant(at('const')))
  switch (at('type')) {
    case 'object':
      return objectsOf(at('properties'), at('required'), inner)
    case 'array':
      return mostly(fc.array(inner(at('items')), { maxLength: 3 }))
    case 'integer':
      return mostly(fc.oneof(fc.integer(), fc.constantFrom(0, 1, 5)))
    case 'boolean':
      return mostly(fc.boolean())
    default:
      return textsOf(at('format'), at('examples'))
  }
}

function objectsOf(
  properties: unknown,
  required: unknown,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const needed: readonly unknown[] = Array.isArray(required) ? required : []
  const fields = Object.entries(properties ?? {}).map(([name, schema]) =>
    fc
      .option(inner(schema), { nil: undefined, freq: needed.includes(name) ? 30 : 2 })
      .map((value): readonly [string, unknown] => [name, value]),
  )
  return mostly(
    fc
      .tuple(...fields)
      .map((pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== undefined))),
  )
}

function textsOf(format: unknown, examples: unknown): fc.Arbitrary<unknown> {
  const times = fc.date({ noInvalidDate: true }).map((date) => date.toJSON())
  const known: readonly unknown[] = Array.isArray(examples) ? [...KNOWN, ...examples] : KNOWN
  return fc.oneof(
    { weight: 3, arbitrary: format === 'date-time' ? times : fc.constantFrom<unknown>(...known) },
    { weight: 2, arbitrary: anything },
  )
}
