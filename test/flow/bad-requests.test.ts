import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  login,
  rightQuestions,
  spell,
} from '../support/flow-world.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { readAnswer, wire } from '../support/hook-wire.ts'
import { openRawHttp, type RawAnswer } from '../support/raw-http.ts'
import { sized } from '../support/size.ts'
import { type BadRequest, bases, bases4, kept } from './bad-requests/bad-request.ts'
import { BODY_FAULTS } from './bad-requests/body-faults.ts'
import { FIELD_FAULTS } from './bad-requests/field-faults.ts'
import { FORM_FAULTS } from './bad-requests/form-faults.ts'
import { HTTP_FAULTS, PROOF, UNFINISHED } from './bad-requests/http-faults.ts'

const REQUESTS = sized(2_000, 100_000)
const SEED = 20261123
const SECRET = 'the-brokers-secret-of-a-test'
/** Requests under way at once. */
const LANES = 32
/** Far more than any answer takes; what is looked for is an answer that never comes. */
const LIVELY_MS = 10_000

let database: TestDatabase
let herald: RunningHerald
let world: FlowWorld
const logged: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  world = await createFlowWorld(database.pool)
  const env = {
    ...FLOW_ENV,
    HERALD_HOOK_SECRETS: SECRET,
    // Or the wrong passwords would have right ones refused after a while.
    HERALD_LOGIN_THROTTLE: 'off',
  }
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(line) })
  herald = await startHerald(database.address, env, log)
})

afterAll(async () => {
  await herald.close()
  await database.drop()
})

describe('a bad request', () => {
  it(
    `is refused, ${REQUESTS} times, and the question behind it is answered`,
    async () => {
      const tally = new Tally()
      for (let done = 0; done < REQUESTS; done += CHUNK) {
        const count = Math.min(CHUNK, REQUESTS - done)
        await attack(fc.sample(anyBadRequest(), { numRuns: count, seed: SEED + done }), tally)
      }

      console.log(tally.text())
      expect(tally.faults).toEqual([])
      expect(Object.keys(Object.prototype)).toEqual([])
      expect(tally.slowestMs).toBeLessThan(LIVELY_MS)
    },
    sized(120_000, 3_600_000),
  )

  it('leaves no secret in the log', () => {
    const { secrets, ticket, token } = world
    const text = logged.join('')

    expect(logged.length).toBeGreaterThan(REQUESTS / 50)
    for (const secret of [...Object.values(secrets), ticket, token, SECRET]) {
      expect(text.includes(secret)).toBe(false)
    }
  })
})

const CHUNK = 2_000

function anyBadRequest(): fc.Arbitrary<BadRequest> {
  const right = rightQuestions(world)
  const proof = { [PROOF]: SECRET }
  const ofAll = Object.entries({ ...FIELD_FAULTS, ...BODY_FAULTS }).map(([kind, fault]) =>
    bases(right).chain((base) => fault(base).map((question) => kept(kind, question, proof))),
  )
  const ofForms = Object.entries(FORM_FAULTS).map(([kind, fault]) =>
    bases4(right).chain((base) => fault(base).map((question) => kept(kind, question, proof))),
  )
  const ofHttp = Object.values(HTTP_FAULTS).map((fault) =>
    bases(right).chain((base) => fault(base, SECRET)),
  )
  const weighted = [...ofAll, ...ofForms, ...ofHttp].map((arbitrary) => ({ arbitrary, weight: 10 }))
  const unfinished = bases(right).chain((base) => UNFINISHED(base, SECRET))
  return fc.oneof(...weighted, { arbitrary: unfinished, weight: 1 })
}

async function attack(requests: readonly BadRequest[], tally: Tally): Promise<void> {
  const rest = requests.values()
  const lane = async () => {
    for (const request of rest) tally.add(request, await send(request))
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

interface Outcome {
  readonly answers: readonly RawAnswer[]
  /** Of the good question behind it, where the connection was to go on. */
  readonly probe: RawAnswer | undefined
  readonly tookMs: number
}

async function send(request: BadRequest): Promise<Outcome> {
  const connection = await openRawHttp(herald.url)
  const start = performance.now()
  if (request.manner === 'kept') {
    const [answer, probe] = await Promise.all([
      connection.ask(request.bytes),
      connection.ask(goodQuestion()),
    ])
    const tookMs = performance.now() - start
    connection.cut()
    return { answers: answer === undefined ? [] : [answer], probe, tookMs }
  }
  connection.write(request.bytes)
  if (request.manner === 'broken') connection.end()
  await connection.closed
  return { answers: connection.others, probe: undefined, tookMs: performance.now() - start }
}

function goodQuestion(): Buffer {
  const question = spell('emqx5', login('bob', world.secrets.bob))
  return wire({ ...question, headers: { [PROOF]: SECRET } })
}

/** What was asked and answered, and what should not have been. */
class Tally {
  readonly #faults = new Map<string, string>()
  slowestMs = 0
  #slowest = ''
  readonly #counts = new Map<string, number>()

  add(request: BadRequest, outcome: Outcome): void {
    const { dialect, kind, manner } = request
    const said = outcome.answers.map((answer) => this.#say(request, answer))
    const key = `${kind.padEnd(34)} ${dialect}  ${said.join(' + ') || 'closed'}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    const fault = faultOf(request, outcome)
    if (fault !== undefined) this.#faults.set(`${kind}: ${fault}`, excerpt(request.bytes))
    if (manner === 'unfinished' || outcome.tookMs <= this.slowestMs) return
    this.slowestMs = outcome.tookMs
    this.#slowest = kind
  }

  #say({ dialect }: BadRequest, answer: RawAnswer): string {
    return `${answer.status} ${readAnswer(dialect, answer)}`
  }

  /** One example of each. */
  get faults(): readonly (readonly [string, string])[] {
    return [...this.#faults]
  }

  text(): string {
    const lines = [...this.#counts]
      .sort()
      .map(([key, count]) => `${String(count).padStart(6)}  ${key}`)
    const slowest = `slowest: ${this.slowestMs.toFixed(0)} ms (${this.#slowest})`
    return [`${REQUESTS} bad requests`, ...lines, slowest].join('\n')
  }
}

/** What is wrong with how a bad request was answered. */
function faultOf(request: BadRequest, { answers, probe }: Outcome): string | undefined {
  const { dialect, manner, kind } = request
  for (const answer of answers) {
    const reading = readAnswer(dialect, answer)
    if (reading !== 'deny' && reading !== 'client-error') {
      return `answered with ${answer.status} ${answer.body}`
    }
  }
  if (manner !== 'kept') return undefined
  if (answers.length === 0) return 'not answered'
  // Nobody reads a huge body to its end; a server may close then, if it says so (RFC 9112 §9.6).
  const mayClose = kind === 'huge body' && answers[0]?.headers.connection === 'close'
  if (probe === undefined && mayClose) return undefined
  if (probe === undefined) return 'closed without a word'
  const reading = readAnswer('emqx5', probe)
  return reading === 'allow' ? undefined : `the question behind it was answered with ${reading}`
}

function excerpt(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1'))
  return text.length > 700 ? `${text.slice(0, 350)}…${text.slice(-350)}` : text
}
