import fc from 'fast-check'
import {
  type DialectName,
  FORM_TYPE,
  JSON_TYPE,
  jsonQuestion,
  type WireQuestion,
} from '../../support/hook-wire.ts'
import { type Base, neededFields, withJson } from './bad-request.ts'
import { INVALID_UTF8 } from './invalid-utf8.ts'

type Fault = (base: Base) => fc.Arbitrary<WireQuestion>

/** Bodies that can't be read as one question, or can be read as two. */
export const BODY_FAULTS: Readonly<Record<string, Fault>> = {
  'duplicate key': (base) =>
    fc
      .tuple(
        fc.constantFrom(...Object.keys(base.fields)),
        fc.constantFrom('ann', 'bob', '#', ''),
        fc.boolean(),
        fc.boolean(),
      )
      .map(([name, other, isEscaped, isFirst]) => {
        const value = JSON.stringify(isFirst ? other : base.fields[name])
        const key = isEscaped ? escaped(name) : JSON.stringify(name)
        const members = JSON.stringify(base.fields).slice(1, -1)
        const extra = `${key}:${value}`
        return withJson(base, isFirst ? `{${extra},${members}}` : `{${members},${extra}}`)
      }),

  'duplicate of a further key': (base) =>
    fc.constantFrom('"x":1,"x":1', '"":0,"":0', '"a":{},"\\u0061":[]').map((twice) => {
      const members = JSON.stringify(base.fields).slice(1, -1)
      return withJson(base, `{${twice},${members}}`)
    }),

  __proto__: (base) =>
    fc
      .tuple(
        fc.constantFrom('"__proto__"', '"\\u005f_proto__"', '"__pr\\u006fto__"'),
        fc.boolean(),
        fc.constantFrom(...neededFields(base)),
      )
      .map(([key, isComplete, name]) => {
        const { [name]: value, ...rest } = base.fields
        const own = JSON.stringify(isComplete ? base.fields : rest).slice(1, -1)
        return withJson(base, `{${key}:${JSON.stringify({ [name]: value })},${own}}`)
      }),

  'constructor instead of fields': (base) =>
    fc
      .tuple(fc.constantFrom(...neededFields(base)), fc.constantFrom('prototype', '__proto__'))
      .map(([name, inner]) => {
        const { [name]: value, ...rest } = base.fields
        const own = JSON.stringify(rest).slice(1, -1)
        const smuggled = `{"${inner}":${JSON.stringify({ [name]: value })}}`
        return withJson(base, `{"constructor":${smuggled},${own}}`)
      }),

  'cut JSON': (base) =>
    fc
      .nat({ max: JSON.stringify(base.fields).length - 1 })
      .map((length) => withJson(base, JSON.stringify(base.fields).slice(0, length))),

  'no JSON': (base) =>
    fc
      .oneof(fc.constantFrom(...NO_JSON), fc.string({ maxLength: 200, unit: 'binary' }))
      .map((text) => {
        const good = JSON.stringify(base.fields)
        return withJson(base, text.includes('GOOD') ? text.replace('GOOD', () => good) : text)
      }),

  'JSON but no object': (base) =>
    fc
      .oneof(fc.constant([base.fields]), fc.constant(JSON.stringify(base.fields)), scalars)
      .map((value) => withJson(base, JSON.stringify(value))),

  'deep JSON': (base) =>
    fc
      .tuple(
        fc.constantFrom(...neededFields(base)),
        fc.integer({ min: 1_000, max: 150_000 }),
        fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[[{"":', '}]]']),
        fc.boolean(),
      )
      .map(([name, depth, [open = '', close = ''], isClosed]) => {
        const times = Math.floor(depth / open.length)
        const nest = `${open.repeat(times)}1${isClosed ? close.repeat(times) : ''}`
        const { [name]: _, ...rest } = base.fields
        return withJson(base, `{"${name}":${nest},${JSON.stringify(rest).slice(1)}`)
      }),

  'huge body': (base) =>
    fc
      .tuple(fc.integer({ min: 2_200_000, max: 3_000_000 }), fc.boolean())
      .map(([length, isField]) => {
        const filler = isField ? `"x":"${'x'.repeat(length)}",` : ' '.repeat(length)
        return withJson(base, `{${filler}${JSON.stringify(base.fields).slice(1)}`)
      }),

  'not UTF-8': (base) =>
    fc
      .tuple(fc.constantFrom(...INVALID_UTF8), fc.constantFrom(...neededFields(base), 'further'))
      .map(([bad, name]) => {
        const text = JSON.stringify({ ...base.fields, [name]: `${base.fields[name] ?? ''}~~` })
        const at = text.indexOf('~~')
        const bytes = [
          Buffer.from(text.slice(0, at)),
          Buffer.from(bad),
          Buffer.from(text.slice(at + 2)),
        ]
        return withJson(base, Buffer.concat(bytes))
      }),

  'UTF-16': (base) =>
    fc
      .boolean()
      .map((hasMark) =>
        withJson(
          base,
          Buffer.from(`${hasMark ? '\ufeff' : ''}${JSON.stringify(base.fields)}`, 'utf16le'),
        ),
      ),

  'wrong content type': (base) =>
    fc.constantFrom(...WRONG_TYPES).map((contentType) => ({
      ...jsonQuestion(base.dialect, base.question, base.fields),
      contentType,
    })),

  'body of another type': (base) =>
    fc.boolean().map((isForm) => {
      const json = jsonQuestion(base.dialect, base.question, base.fields)
      const form = new URLSearchParams(base.fields).toString()
      return isForm
        ? { ...json, contentType: FORM_TYPE }
        : { ...json, contentType: JSON_TYPE, body: form }
    }),

  "the other dialect's fields": (base) =>
    fc.constant({
      ...jsonQuestion(other(base.dialect), 'topic', {
        ...base.fields,
        // What the two have in common is not enough for either.
        ...(base.dialect === 'emqx5' ? { access: undefined } : { action: undefined }),
      }),
    }),
}

function other(dialect: DialectName): DialectName {
  return dialect === 'emqx5' ? 'emqx4' : 'emqx5'
}

/** The name as a JSON text in which every letter is escaped. */
function escaped(name: string): string {
  const units = [...name].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${units.join('')}"`
}

const scalars = fc.constantFrom(null, true, 0, 1e308, '', 'allow', [])

const NO_JSON = [
  '',
  ' ',
  'GOOD}',
  'GOODGOOD',
  'GOOD,',
  ',GOOD',
  '\ufeffGOOD',
  'GOOD\u0000',
  '/**/GOOD',
  'GOOD//',
  ")]}',\nGOOD",
  '<x>GOOD</x>',
  '{',
  '{}',
  '{"',
  '{"a"',
  '{"a":}',
  '{a:1}',
  "{'a':1}",
  '{"a":NaN}',
  '{"a":01}',
  '{"a":1,}',
  '{"a":"\u0001"}',
  '{"a":"\\x41"}',
  '{"a":"\\u12"}',
  'undefined',
]

const WRONG_TYPES = [
  undefined,
  'text/plain',
  'text/json',
  'text/html; charset=utf-8',
  'application/jsonx',
  'application/json5',
  'application/json-seq',
  'application/vnd.api+json',
  'application/xml',
  'application/octet-stream',
  'application/graphql',
  'multipart/form-data; boundary=x',
  'json',
  'application',
  '/json',
  '*/*',
  ';',
  ',application/json',
  'application/json, text/plain',
  'application /json',
  'undefined',
]
