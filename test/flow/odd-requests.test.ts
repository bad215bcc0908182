import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  ANNS_PASSWORD,
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  fieldsOf,
  login,
  rightQuestions,
  spell,
} from '../support/flow-world.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import {
  type DialectName,
  type Fields,
  FORM_TYPE,
  formQuestion,
  JSON_TYPE,
  jsonQuestion,
  queryQuestion,
  readAnswer,
  type WireQuestion,
  wire,
} from '../support/hook-wire.ts'
import { openRawHttp } from '../support/raw-http.ts'
import { sized } from '../support/size.ts'

const REQUESTS = sized(500, 20_000)

let database: TestDatabase
let herald: RunningHerald
let world: FlowWorld

beforeAll(async () => {
  database = await createTestDatabase()
  world = await createFlowWorld(database.pool)
  herald = await startHerald(database.address, FLOW_ENV)
})

afterAll(async () => {
  await herald.close()
  await database.drop()
})

describe('a good question', () => {
  it(
    `is answered with yes however it is written, ${REQUESTS} times`,
    async () => {
      const connection = await openRawHttp(herald.url)
      await fc.assert(
        fc.asyncProperty(anyOddRequest(), async ({ dialect, pieces }) => {
          const answer = connection.ask(pieces[0] ?? '')
          for (const piece of pieces.slice(1)) connection.write(piece)

          const said = await answer

          expect(said && readAnswer(dialect, said)).toBe('allow')
        }),
        { seed: 20261123, numRuns: REQUESTS },
      )
      expect(connection.others).toEqual([])
      connection.cut()
    },
    sized(30_000, 600_000),
  )

  it.each<[string, () => WireQuestion]>([
    ['a "+" for a space and escapes for the rest', () => plusForm(ANNS_PASSWORD)],
    ['an empty further field', () => extendForm('&&'.slice(1))],
    ['a field without a value', () => extendForm('&mountpoint')],
    ['a field named __proto__', () => extendForm('&__proto__=x')],
  ])('may be a form with %s', async (_name, question) => {
    const connection = await openRawHttp(herald.url)

    const said = await connection.ask(wire(question()))

    expect(said?.status).toBe(200)
    connection.cut()
  })
})

interface OddRequest {
  readonly dialect: DialectName
  /** Written one after the other. */
  readonly pieces: readonly Buffer[]
}

function anyOddRequest(): fc.Arbitrary<OddRequest> {
  const asked = fc.constantFrom(...rightQuestions(world))
  const json = fc
    .tuple(asked, fc.constantFrom<DialectName>('emqx5', 'emqx4'))
    .chain(([question, dialect]) => {
      const fields = fieldsOf(dialect, question)
      return fc.tuple(oddJson(fields), oddTypes(JSON_TYPE)).map(([body, contentType]) => ({
        ...jsonQuestion(dialect, question.kind, {}),
        contentType,
        body,
      }))
    })
  const form = asked.chain((question) => {
    const fields = fieldsOf('emqx4', question)
    return fc
      .tuple(shuffled(fields), oddTypes(FORM_TYPE), fc.boolean())
      .map(([pairs, contentType, isQuery]) => {
        const ordered = Object.fromEntries(pairs)
        const odd = isQuery
          ? queryQuestion(question.kind, ordered)
          : formQuestion(question.kind, ordered)
        return isQuery ? odd : { ...odd, contentType }
      })
  })
  return fc.oneof(json, form).chain(oddHttp)
}

/** The fields in any order, with others between them, white space, and letters as escapes. */
function oddJson(fields: Fields): fc.Arbitrary<string> {
  const further = fc.dictionary(
    fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((name) => !(name in fields) && name !== '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3 },
  )
  const space = fc.constantFrom('', ' ', '\n', '\r\n\t', '   ')
  return further
    .chain((more) =>
      fc.tuple(shuffled<unknown>({ ...fields, ...more }), space, fc.infiniteStream(fc.boolean())),
    )
    .map(([pairs, gap, coin]) => {
      const text = (value: unknown) =>
        typeof value === 'string' ? escapeSome(value, coin) : JSON.stringify(value)
      const members = pairs.map(([name, value]) => [text(name), text(value)].join(`${gap}:${gap}`))
      return `${gap}{${gap}${members.join(`${gap},${gap}`)}${gap}}${gap}`
    })
}

function shuffled<Value>(fields: Readonly<Record<string, Value>>) {
  const pairs = Object.entries(fields)
  return fc.shuffledSubarray(pairs, { minLength: pairs.length })
}

function escapeSome(text: string, coin: Iterator<boolean>): string {
  const units = text.split('').map((unit) => {
    const isEscaped = coin.next().value === true
    return isEscaped
      ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`
      : JSON.stringify(unit).slice(1, -1)
  })
  return `"${units.join('')}"`
}

function oddTypes(type: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    type,
    type.toUpperCase(),
    `${type};charset=utf-8`,
    `${type}; charset=UTF-8`,
    `${type} ; charset="utf-8"`,
    ` ${type}; x=y`,
  )
}

/** The request whole, in pieces, or in chunks, with other headers beside. */
function oddHttp(question: WireQuestion): fc.Arbitrary<OddRequest> {
  const headers = fc.constantFrom<Fields>(
    {},
    { connection: 'keep-alive' },
    { 'X-Forwarded-For': '192.0.2.1', accept: '*/*' },
    { expect: '100-continue' },
    { 'x-long': 'x'.repeat(20_000) },
  )
  return fc
    .tuple(headers, fc.integer({ min: 1, max: 200 }), fc.constantFrom('whole', 'pieces', 'chunks'))
    .map(([more, size, manner]) => {
      const { dialect } = question
      const isBare = question.method === 'GET'
      if (manner === 'chunks' && !isBare) {
        return { dialect, pieces: [chunkedWire({ ...question, headers: more }, size)] }
      }
      const bytes = wire({ ...question, headers: more })
      return { dialect, pieces: manner === 'whole' ? [bytes] : cut(bytes, size) }
    })
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  // Not too many, or the pieces of the long header take for ever.
  const step = Math.max(size, Math.ceil(bytes.length / 20))
  const count = Math.ceil(bytes.length / step)
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * step, (index + 1) * step),
  )
}

function chunkedWire({ body, ...question }: WireQuestion, size: number): Buffer {
  const head = wire({ ...question, body: '' })
    .toString('latin1')
    .replace('content-length: 0', 'Transfer-Encoding: Chunked')
  const chunks = cut(Buffer.from(body), size).map((chunk) =>
    Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)};x=y\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
  )
  return Buffer.concat([Buffer.from(head, 'latin1'), ...chunks, Buffer.from('0\r\n\r\n')])
}

function plusForm(password: string): WireQuestion {
  const question = spell('emqx4', login('ann', password))
  expect(question.body).toContain('password=correct+horse+%2B+battery')
  return question
}

function extendForm(more: string): WireQuestion {
  const question = spell('emqx4', login('ann', world.secrets.ann))
  return { ...question, body: `${question.body}${more}` }
}
