import fc from 'fast-check'
import { type Fields, jsonQuestion, type WireQuestion, wire } from '../../support/hook-wire.ts'
import { type BadRequest, type Base, encoded, kept } from './bad-request.ts'

/** The header in which the broker proves itself. */
export const PROOF = 'x-herald-secret'

type Fault = (base: Base, secret: string) => fc.Arbitrary<BadRequest>

/** Questions that are good in every respect, in HTTP that is not, or that nobody answers for. */
export const HTTP_FAULTS: Readonly<Record<string, Fault>> = {
  'no proof': (base, secret) =>
    fc
      .tuple(encoded(base), fc.constantFrom(...wrongProofs(secret)))
      .map(([question, headers]) => kept('no proof', question, headers)),

  'proof behind too many headers': (base, secret) =>
    fc.constantFrom(1900, 2500, 5000).map((count) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      const flood = Array.from({ length: count }, (_, index) => `x-${index}: x`)
      // Node refuses more than 2,000 headers, and forgets none of them.
      const lines = [...flood, ...(count < 2000 ? [] : [`${PROOF}: ${secret}`])]
      return broken('proof behind too many headers', question, '', { lines })
    }),

  'method of another route': (base, secret) =>
    fc
      .constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY')
      .map((method) => {
        const question = jsonQuestion(base.dialect, base.question, base.fields)
        return kept('method of another route', { ...question, method }, { [PROOF]: secret })
      }),

  'GET in the 5.x dialect': (base, secret) =>
    fc.boolean().map((hasBody) => {
      const question = jsonQuestion('emqx5', base.question, base.fields)
      const query = `${question.path}?${new URLSearchParams(base.fields)}`
      const get = { ...question, method: 'GET', path: query }
      return kept('GET in the 5.x dialect', hasBody ? get : { ...get, body: '' }, {
        [PROOF]: secret,
      })
    }),

  'path that is none': (base, secret) =>
    fc.constantFrom(...OTHER_PATHS).map((change) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      const path = change(question.path)
      return kept('path that is none', { ...question, path }, { [PROOF]: secret })
    }),

  'unknown expectation': (base, secret) =>
    encoded(base).map((question) =>
      kept('unknown expectation', question, { [PROOF]: secret, expect: 'the-unexpected' }),
    ),

  'wrong content length': (base, secret) =>
    fc.constantFrom(-1, -20, 1, 1000, Number.NaN).chain((more) =>
      fc.constant(jsonQuestion(base.dialect, base.question, base.fields)).map((question) => {
        const length = Buffer.byteLength(question.body)
        const claimed = Number.isNaN(more) ? 99_999_999_999_999 : length + more
        return broken('wrong content length', question, secret, { claimed: String(claimed) })
      }),
    ),

  'content length that is no number': (base, secret) =>
    fc
      .constantFrom('-1', '1e2', '0x10', '+12', '1,1', '99999999999999999999', ' ', 'NaN')
      .map((claimed) => {
        const question = jsonQuestion(base.dialect, base.question, base.fields)
        return broken('content length that is no number', question, secret, { claimed })
      }),

  'two lengths': (base, secret) =>
    fc
      .constantFrom('content-length: 5', 'transfer-encoding: chunked', 'content-length: 0')
      .map((line) => {
        const question = jsonQuestion(base.dialect, base.question, base.fields)
        return broken('two lengths', question, secret, { lines: [line] })
      }),

  'broken chunks': (base, secret) =>
    fc.constantFrom(...BROKEN_CHUNKS).map((chunked) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      const body = chunked(Buffer.from(question.body).toString('latin1'))
      return broken('broken chunks', { ...question, body: Buffer.from(body, 'latin1') }, secret, {
        claimed: undefined,
        lines: ['transfer-encoding: chunked'],
      })
    }),

  'unknown transfer encoding': (base, secret) =>
    fc
      .constantFrom('gzip', 'identity', 'chunked, gzip', 'xchunked', 'chunked, identity')
      .map((encoding) => {
        const question = jsonQuestion(base.dialect, base.question, base.fields)
        return broken('unknown transfer encoding', question, secret, {
          claimed: undefined,
          lines: [`transfer-encoding: ${encoding}`],
        })
      }),

  'header that is none': (base, secret) =>
    fc.constantFrom(...BAD_HEADERS).map((line) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      return broken('header that is none', question, secret, { lines: [line] })
    }),

  'header flood': (base, secret) =>
    fc.boolean().map((isOne) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      const lines = isOne
        ? [`x-flood: ${'x'.repeat(270_000)}`]
        : Array.from({ length: 30_000 }, (_, index) => `x-flood-${index}: x`)
      return broken('header flood', question, secret, { lines })
    }),

  'request line that is none': (base, secret) =>
    fc.constantFrom(...REQUEST_LINES).map((change) => {
      const question = jsonQuestion(base.dialect, base.question, base.fields)
      const text = wire({ ...question, headers: { [PROOF]: secret } }).toString('latin1')
      const line = text.slice(0, text.indexOf('\r\n'))
      const bytes = Buffer.from(
        text.replace(line, () => change(line)),
        'latin1',
      )
      return { kind: 'request line that is none', dialect: base.dialect, bytes, manner: 'broken' }
    }),

  'request cut off': (base, secret) =>
    encoded(base).chain((question) => {
      const bytes = wire({ ...question, headers: { [PROOF]: secret } })
      return fc.integer({ min: 1, max: bytes.length - 1 }).map((length) => ({
        kind: 'request cut off',
        dialect: base.dialect,
        bytes: bytes.subarray(0, length),
        manner: 'broken' as const,
      }))
    }),

  'no HTTP at all': (base) =>
    fc
      .oneof(
        fc.constantFrom(...OTHER_PROTOCOLS),
        fc.uint8Array({ minLength: 1, maxLength: 300 }).map(Buffer.from),
      )
      .map((bytes) => ({ kind: 'no HTTP at all', dialect: base.dialect, bytes, manner: 'broken' })),
}

/** Bodies that never end. They take as long as the deadline, so there are few. */
export const UNFINISHED: Fault = (base, secret) =>
  fc.constantFrom('length', 'chunks').map((by) => {
    const question = jsonQuestion(base.dialect, base.question, base.fields)
    const { bytes, ...rest } =
      by === 'length'
        ? broken('unfinished body', question, secret, { claimed: '5000' })
        : broken('unfinished body', { ...question, body: '3\r\n{"a' }, secret, {
            claimed: undefined,
            lines: ['transfer-encoding: chunked'],
          })
    return { ...rest, bytes, manner: 'unfinished' }
  })

interface Breaking {
  /** What the Content-Length says; undefined leaves it out. */
  readonly claimed?: string | undefined
  readonly lines?: readonly string[]
}

function broken(kind: string, question: WireQuestion, secret: string, how: Breaking): BadRequest {
  const body = Buffer.from(question.body)
  const claimed = 'claimed' in how ? how.claimed : String(body.length)
  const lines = [
    `${question.method} ${question.path} HTTP/1.1`,
    'host: herald',
    `content-type: ${question.contentType}`,
    ...(secret === '' ? [] : [`${PROOF}: ${secret}`]),
    ...(claimed === undefined ? [] : [`content-length: ${claimed}`]),
    ...(how.lines ?? []),
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return { kind, dialect: question.dialect, bytes: Buffer.concat([head, body]), manner: 'broken' }
}

function wrongProofs(secret: string): readonly Fields[] {
  return [
    {},
    { [PROOF]: '' },
    { [PROOF]: secret.slice(0, -1) },
    { [PROOF]: `${secret}x` },
    { [PROOF]: secret.toUpperCase() },
    { [PROOF]: `${secret}, ${secret}` },
    // Twice, which is one header with a comma in between.
    { [PROOF]: secret, [PROOF.toUpperCase()]: secret },
    { [PROOF]: 'x'.repeat(100_000) },
    { authorization: `Bearer ${secret}` },
    { 'x-herald-secre': secret },
    { x_herald_secret: secret },
  ]
}

const OTHER_PATHS: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => `${path}s`,
  (path) => `${path}/../topics`,
  (path) => `${path}%00`,
  (path) => `${path}%zz`,
  (path) => `${path};a=b`,
  (path) => path.replace('/5/', '/6/').replace('/4/', '/3/'),
  (path) => path.replace('/5/', '//').replace('/4/', '//'),
  (path) => path.slice('/emqx'.length),
  () => '/',
  () => '*',
  () => `/${'x'.repeat(100_000)}`,
]

const BROKEN_CHUNKS: readonly ((body: string) => string)[] = [
  (body) => body,
  (body) => `${(body.length + 5).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  (body) => `${(body.length - 5).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  (body) => `zz\r\n${body}\r\n0\r\n\r\n`,
  (body) => `-1\r\n${body}\r\n0\r\n\r\n`,
  (body) => `ffffffffffffffff1\r\n${body}\r\n0\r\n\r\n`,
  (body) => `${body.length.toString(16)}\r\n${body}`,
  (body) => `${body.length.toString(16)}\r\n${body}\r\n`,
  (body) => `${body.length.toString(16)}\n${body}\n0\n\n`,
  () => '0\r\n\r\n',
]

const BAD_HEADERS = [
  'x y: z',
  ': z',
  'no colon',
  'x\u0000y: z',
  'x: \u0000',
  'x: y\rz: 1',
  'content-length : 3',
  '\u00ff\u00fe: x',
  '(x): y',
]

const REQUEST_LINES: readonly ((line: string) => string)[] = [
  (line) => line.replace('HTTP/1.1', 'HTTP/9.9'),
  (line) => line.replace('HTTP/1.1', 'HTTQ/1.1'),
  (line) => line.replace('POST', 'post'),
  (line) => line.replace('POST', 'HERALD'),
  (line) => line.replace('POST ', 'POST'),
  (line) => line.replace(' /', '  '),
  (line) => line.replace(' /', ' /\u0000'),
  (line) => line.replace(' /', ' \u00fc/'),
  (line) => line.replace('POST', 'CONNECT'),
  (line) => `${line} ${line}`,
  (line) => `\u0000${line}`,
  (line) => `x\r\n${line}`,
  (line) => line.replace(' HTTP/1.1', `?${'x'.repeat(270_000)} HTTP/1.1`),
]

/** TLS, HTTP/2, MQTT, PostgreSQL, SSH, and no sense at all. */
const OTHER_PROTOCOLS: readonly Buffer[] = [
  Buffer.from('16030100c4010000c00303', 'hex'),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('100f00044d5154540502003c0000000361', 'hex'),
  Buffer.from('0000000804d2162f', 'hex'),
  Buffer.from('SSH-2.0-OpenSSH_9.9\r\n'),
  Buffer.from('\r\n\r\n\r\n'),
  Buffer.from('GET\r\n\r\n'),
  Buffer.alloc(10_000, 0xff),
]
