import fc from 'fast-check'
import type { WireQuestion } from '../../support/hook-wire.ts'
import { type Base, encoded, neededFields, withJson } from './bad-request.ts'

type Fault = (base: Base) => fc.Arbitrary<WireQuestion>

/** Faults of one field or another of a question that can be read. */
export const FIELD_FAULTS: Readonly<Record<string, Fault>> = {
  'wrong type': (base) =>
    fc
      .tuple(fc.constantFrom(...neededFields(base)), fc.jsonValue({ maxDepth: 3 }))
      .filter(([, value]) => typeof value !== 'string')
      .map(([name, value]) => withJson(base, JSON.stringify({ ...base.fields, [name]: value }))),

  'value in a list or object': (base) =>
    fc
      .tuple(fc.constantFrom(...neededFields(base)), fc.constantFrom('list', 'object', 'text'))
      .map(([name, shape]) => {
        const value = base.fields[name]
        const wrapped =
          shape === 'list' ? [value] : shape === 'object' ? { value } : { [name]: value }
        return withJson(base, JSON.stringify({ ...base.fields, [name]: wrapped }))
      }),

  'missing field': (base) =>
    fc
      .constantFrom(...neededFields(base))
      .chain((name) => encoded(base, without(base.fields, name))),

  'field of another name': (base) =>
    fc
      .tuple(fc.constantFrom(...neededFields(base)), fc.constantFrom(...RENAMINGS))
      .filter(([name, rename]) => rename(name) !== name)
      .chain(([name, rename]) => {
        const { [name]: value = '', ...rest } = base.fields
        return encoded(base, { ...rest, [rename(name)]: value })
      }),

  'name that is none': (base) =>
    fc
      .tuple(fc.constantFrom('username', 'clientid'), badIdentifiers)
      .chain(([name, value]) => encoded(base, { ...base.fields, [name]: value })),

  'name with a lone surrogate': (base) =>
    fc
      .tuple(fc.constantFrom('username', 'clientid', 'topic', 'password'), loneSurrogates)
      .filter(([name]) => name in base.fields)
      .map(([name, lone]) => {
        const value = `${base.fields[name]}${lone}`
        return withJson(base, JSON.stringify({ ...base.fields, [name]: value }))
      }),

  "somebody else's name": (base) =>
    anotherName(base.fields.username ?? '').chain((username) =>
      encoded(base, { ...base.fields, username }),
    ),

  'bad topic': (base) =>
    fc
      .oneof(fc.constantFrom(...BAD_TOPICS), hugeTopics)
      .chain((topic) => encoded(asTopic(base), { ...asTopic(base).fields, topic })),

  'bad action': (base) =>
    fc
      .constantFrom(
        '',
        'all',
        'PUBLISH',
        'publish ',
        ' subscribe',
        'pubsub',
        '0',
        '3',
        '01',
        '1.0',
        '２',
      )
      .chain((action) => encoded(asTopic(base), withAction(asTopic(base), action))),

  'wrong credential': (base) =>
    wrongCredentials(base.fields.password ?? '').chain((password) =>
      encoded(asLogin(base), { ...asLogin(base).fields, password }),
    ),

  'superuser question': (base) =>
    encoded(base).map((question) => ({ ...question, path: superuserPath(question.path) })),
}

const RENAMINGS: readonly ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => ` ${name}`,
  (name) => `${name} `,
  (name) => `${name}\u0000`,
  (name) => `${name}[]`,
  (name) => `${name}[0]`,
  (name) => `fields.${name}`,
  (name) => name.replace('i', 'ı'),
]

const badIdentifiers = fc.oneof(
  fc.constantFrom(
    '',
    '+',
    '#',
    '/',
    '+/+',
    'ann/#',
    'ann/+',
    '+/ann',
    '$share',
    '$SYS',
    'ann\u0000',
    '\u0000',
    'ann\n',
    '\u007fann',
    'ann\u0085',
  ),
  fc.integer({ min: 129, max: 70_000 }).map((length) => 'a'.repeat(length)),
  fc.integer({ min: 43, max: 21_845 }).map((length) => '好'.repeat(length)),
  fc
    .tuple(fc.string({ maxLength: 20 }), fc.constantFrom('+', '#', '/', '\u0001', '\r', '\u009f'))
    .map(([text, bad]) => text + bad),
)

const loneSurrogates = fc.constantFrom('\ud800', '\udfff', '\udc00\ud800', '\ud83d')

/** Names that are like it, and names of others. None of them is the owner of the base's device. */
function anotherName(name: string): fc.Arbitrary<string> {
  const alike = [`${name} `, ` ${name}`, name.toUpperCase(), `${name}\u200b`, `${name}\u0301`]
  const others = ['ann', 'bob', 'carl', 'nobody', 'constructor', '__proto__', 'toString']
  return fc.constantFrom(...alike, ...others.filter((other) => other !== name))
}

const BAD_TOPICS = [
  '',
  '#',
  '+',
  '+/#',
  '+/+/+/+',
  '/#',
  'user/#',
  'user/+/#',
  'user/+/inbox/ann',
  'user/ann#',
  'user/ann/#/x',
  'user/ann/+x',
  'user//#',
  'user/zoe/inbox/#',
  'user/zoe/inbox/+',
  'user/zoe/inbox/ann',
  'user/zoe/inbox/bob/',
  '/user/bob/inbox/ann',
  'USER/bob/inbox/ann',
  'group/#',
  'group/+/#',
  'group/+/inbox/+',
  'group/+/invitation/+/from/+',
  'group/nowhere/#',
  'group/nowhere/inbox',
  'iot/#',
  'iot/+/state',
  'iot/somebodys-phone/state',
  'iot//state',
  '$SYS/#',
  '$SYS/brokers',
  '$share/g/user/ann/#',
  '$queue/user/ann/#',
  '$delayed/5/user/bob/inbox/ann',
  '$exclusive/user/ann/#',
  'iot/anns-phone/\u0000',
  'user/ann/\u0000',
  'group/crew/inbox/ann\u0000',
  'group/crew\u0000/inbox/ann',
]

/** One byte more than MQTT's 65,535 and on, in topics that are allowed when they are shorter. */
const hugeTopics = fc
  .tuple(
    fc.constantFrom(
      'iot/anns-phone/',
      'iot/bobs-phone/',
      'iot/carls-phone/',
      'user/ann/',
      'group/crew/',
    ),
    fc.integer({ min: 65_536, max: 80_000 }),
    fc.constantFrom('x', '/'),
  )
  .map(([prefix, length, filler]) => prefix.padEnd(length, filler))

function wrongCredentials(right: string): fc.Arbitrary<string> {
  const altered = fc.nat({ max: Math.max(0, right.length - 2) }).map((at) => {
    const other = right[at] === 'A' ? 'B' : 'A'
    return right.slice(0, at) + other + right.slice(at + 1)
  })
  return fc.oneof(
    altered.filter((text) => text !== right),
    fc.constantFrom(
      '',
      'hds_',
      'hlt_',
      'hlt_e30.e30.',
      'undefined',
      'null',
      'a wrong password',
      'another wrong password',
      `${right} `,
      `${right}\n`,
      `${right}\u0000`,
      right.slice(0, -1),
      right.slice(1),
      right.toLowerCase(),
      // "none" as algorithm, with ann as subject.
      'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbm4ifQ.',
    ),
    fc.integer({ min: 2000, max: 60_000 }).map((length) => right.padEnd(length, 'x')),
  )
}

/** The same about a topic, where the base is about a login. */
function asTopic(base: Base): Base {
  if (base.question === 'topic') return base
  const { clientid = '', username = '' } = base.fields
  const fields =
    base.dialect === 'emqx5'
      ? { clientid, username, action: 'subscribe', topic: `user/${username}/#` }
      : { access: '1', clientid, username, topic: `user/${username}/#` }
  return { ...base, question: 'topic', fields }
}

/** The same about a login, where the base is about a topic. */
function asLogin(base: Base): Base {
  if (base.question === 'connect') return base
  const { clientid = '', username = '' } = base.fields
  return { ...base, question: 'connect', fields: { clientid, username, password: '' } }
}

function withAction({ dialect, fields }: Base, action: string) {
  return { ...fields, [dialect === 'emqx5' ? 'action' : 'access']: action }
}

/** 5.x has no such question. */
function superuserPath(path: string): string {
  return path.replace(/connect|topic/, 'superuser')
}

function without(fields: Readonly<Record<string, string>>, name: string) {
  const { [name]: _, ...rest } = fields
  return rest
}
