import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/postgres/pool.ts'
import {
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  rightQuestions,
  wrongQuestions,
} from '../support/flow-world.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { createOwnPostgres, type OwnPostgres } from '../support/own-postgres.ts'
import { type QuestionLoad, startLoad } from '../support/question-load.ts'
import { sized } from '../support/size.ts'

const DEADLINE_MS = 1_000
/** What the load and its own process may add to an answer's time. */
const SLACK_MS = 1_500
const SOON_MS = 5_000
const ANSWERS = sized(500, 20_000)
const ROUNDS = sized(1, 5)
const LOAD = { lanes: 8, depth: sized(10, 100) }

let postgres: OwnPostgres
let herald: RunningHerald
let world: FlowWorld
let logged = new Map<string, number>()

beforeAll(async () => {
  postgres = await createOwnPostgres()
  const pool = createPool(postgres.address, { name: 'world', max: 2 }, { info() {}, warn() {} })
  world = await createFlowWorld(pool)
  await pool.end()
  const env = { ...FLOW_ENV, HERALD_HOOK_DEADLINE: `${DEADLINE_MS}ms` }
  // Refused logins are told at "info", and the load has many.
  herald = await startHerald(postgres.address, env, pino({ level: 'warn' }, { write: note }))
})

afterAll(async () => {
  await herald.close()
  await postgres.remove()
})

function note(line: string): void {
  const { msg }: { msg: string } = JSON.parse(line)
  logged.set(msg, (logged.get(msg) ?? 0) + 1)
}

describe('Postgres under load', () => {
  it.each(['SIGQUIT', 'SIGKILL'] as const)(
    'is refused for while it is dead of %s, and asked again as soon as it is back',
    async (signal) => {
      for (let round = 0; round < ROUNDS; round++) {
        await outage(`dead of ${signal}`, async (load) => {
          await postgres.kill(signal)
          load.enter('away')
          await load.answers(ANSWERS)
          load.enter('returning')
          await postgres.start()
        })
      }
    },
    sized(60_000, 600_000),
  )

  it(
    'is refused for by the deadline while it hangs, and asked again as soon as it goes on',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await outage('hanging', async (load) => {
          await postgres.freeze()
          load.enter('away')
          // All that are under way at once, a few times over.
          await load.answers(LOAD.lanes * LOAD.depth * sized(3, 20))
          load.enter('returning')
          postgres.thaw()
        })
      }
    },
    sized(60_000, 600_000),
  )

  it(
    'may cut its connections: what was under way is refused, and the next question answered',
    async () => {
      const cuts = sized(5, 100)
      await outage(`cutting connections ${cuts} times`, async (load) => {
        for (let cut = 0; cut < cuts; cut++) {
          await postgres.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where application_name like 'herald%'`,
          )
          await load.until(({ isAllowed, reading }) => isAllowed && reading === 'allow')
        }
      })
    },
    sized(60_000, 600_000),
  )
})

/** Runs `work`, which enters the phase "away" where it makes Postgres be so, under a load. */
async function outage(name: string, work: (load: QuestionLoad) => Promise<void>): Promise<void> {
  logged = new Map()
  const load = startLoad(herald.url, rightQuestions(world), wrongQuestions(world), LOAD)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  try {
    load.enter('before')
    await load.answers(ANSWERS)
    const heapBefore = heapMb()
    load.enter('dying')

    await work(load)
    const heapAfter = heapMb()
    const back = await howSoon(load)
    load.enter('after')
    await load.answers(ANSWERS)

    const loopMs = delay.max / 1e6
    print(name, load, { rightAgainMs: back, loopMs, heapGrowthMb: heapAfter - heapBefore })
    expectRight(load, 'before')
    expectRefused(load)
    expectRight(load, 'after')
    expect(load.wrongAllows).toEqual([])
    expect(Math.max(...Object.values(back))).toBeLessThan(SOON_MS)
    expect(load.count(undefined).slowestMs).toBeLessThan(DEADLINE_MS + SLACK_MS)
    expect(loopMs).toBeLessThan(SLACK_MS)
    expect(heapAfter - heapBefore).toBeLessThan(100)
    expect([...logged.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(300)
  } finally {
    delay.disable()
    await load.stop()
  }
}

/** Milliseconds from now, when Postgres is back, to the first right answers. */
async function howSoon(load: QuestionLoad): Promise<Record<string, number>> {
  const start = performance.now()
  const dialects = ['emqx5', 'emqx4'] as const
  const kinds = ['connect', 'topic'] as const
  const firsts = dialects.flatMap((dialect) =>
    kinds.map(async (kind) => {
      await load.until(
        ({ askedAt, reading, ...question }) =>
          question.dialect === dialect &&
          question.asked.kind === kind &&
          askedAt > start &&
          reading === 'allow',
      )
      return [`${dialect} ${kind}`, Math.round(performance.now() - start)] as const
    }),
  )
  return Object.fromEntries(await Promise.all(firsts))
}

function expectRight(load: QuestionLoad, phase: string): void {
  const { readings, slowestMs } = load.count(phase)
  expect([phase, [...readings.keys()].sort()]).toEqual([phase, RIGHT])
  expect(slowestMs).toBeLessThan(DEADLINE_MS + SLACK_MS)
}

const RIGHT = ['emqx4 no → deny', 'emqx4 yes → allow', 'emqx5 no → deny', 'emqx5 yes → allow']

/** A question that needs no facts to be refused is refused in an outage as ever. */
const REFUSED = [
  'emqx4 no → deny',
  'emqx4 no → unavailable',
  'emqx4 yes → unavailable',
  'emqx5 no → deny',
  'emqx5 yes → deny',
]

function expectRefused(load: QuestionLoad): void {
  const { readings, slowestMs } = load.count('away')
  expect([...readings.keys()].filter((reading) => !REFUSED.includes(reading))).toEqual([])
  expect(slowestMs).toBeLessThan(DEADLINE_MS + SLACK_MS)
}

function print(name: string, load: QuestionLoad, figures: object): void {
  const phases = ['before', 'away', 'after', undefined].map((phase) => {
    const { questions, slowestMs, readings } = load.count(phase)
    const list = [...readings].sort().map(([reading, count]) => `${reading} ${count}`)
    return `  ${(phase ?? 'overlapping').padEnd(12)} ${questions} questions, slowest ${Math.round(slowestMs)} ms: ${list.join(', ')}`
  })
  console.log(
    [
      `Postgres ${name}: ${JSON.stringify(figures)}`,
      ...phases,
      `  logged ${JSON.stringify(Object.fromEntries(logged))}`,
    ].join('\n'),
  )
}

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

function heapMb(): number {
  if (typeof collectGarbage === 'function') collectGarbage()
  return Math.round(process.memoryUsage().heapUsed / 1e6)
}
