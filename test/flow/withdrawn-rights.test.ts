import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Directory } from '../../src/core/directory/directory.ts'
import type { NewRule } from '../../src/core/directory/rule.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  type Asked,
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  login,
  publish,
  rightQuestions,
  spell,
  subscribe,
  wrongQuestions,
} from '../support/flow-world.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { type DialectName, readAnswer, wire } from '../support/hook-wire.ts'
import { type QuestionLoad, startLoad } from '../support/question-load.ts'
import { openRawHttp, type RawHttp } from '../support/raw-http.ts'
import { sized } from '../support/size.ts'

const ROUNDS = sized(15, 300)
const LOAD = { lanes: 4, depth: sized(8, 50) }

let database: TestDatabase
let herald: RunningHerald
let world: FlowWorld
let secret: string
let connection: RawHttp
let load: QuestionLoad
/** Asks what is being withdrawn all the time, so that no query begins without it. */
let hammer: QuestionLoad

/** Dora, a member of "team", who has what is withdrawn and given back. */
beforeAll(async () => {
  database = await createTestDatabase()
  world = await createFlowWorld(database.pool)
  const { users, devices, groups } = world.directory
  await users.add({ uid: 'dora' })
  secret = (await devices.add({ clientId: 'doras-phone', uid: 'dora' })).secret
  await groups.add({ gid: 'team', owner: 'carl', members: ['dora'] })
  herald = await startHerald(database.address, FLOW_ENV)
  connection = await openRawHttp(herald.url)
  load = startLoad(herald.url, rightQuestions(world), wrongQuestions(world), LOAD)
  hammer = startLoad(
    herald.url,
    withdrawals().map(({ asked }) => asked),
    [],
    LOAD,
  )
})

afterAll(async () => {
  await hammer.stop()
  await load.stop()
  connection.cut()
  await herald.close()
  await database.drop()
})

interface Withdrawal {
  readonly asked: Asked
  withdraw(directory: Directory): Promise<() => Promise<unknown>>
}

/** Takes something from Dora, and returns how to give it back. */
const WITHDRAWALS: Readonly<Record<string, () => Withdrawal>> = {
  'a membership that ends': () => ({
    asked: publish('dora', 'group/team/inbox/dora'),
    async withdraw({ members }) {
      await members.remove('team', 'dora')
      return () => members.add('team', 'dora', 'member')
    },
  }),
  'a membership that ends, for a subscription': () => ({
    asked: subscribe('dora', 'group/team/#'),
    async withdraw({ members }) {
      await members.remove('team', 'dora')
      return () => members.add('team', 'dora', 'member')
    },
  }),
  'a member who is silenced': () => ({
    asked: publish('dora', 'group/team/inbox/dora'),
    async withdraw({ members }) {
      await members.silence('team', 'dora', new Date(Date.now() + 3_600_000))
      return () => members.unsilence('team', 'dora')
    },
  }),
  'a device that is revoked': () => ({
    asked: subscribe('dora', 'user/dora/#'),
    async withdraw({ devices }) {
      await devices.revoke('doras-phone')
      return () => devices.restore('doras-phone')
    },
  }),
  'a device that is revoked, for a login': () => ({
    asked: login('dora', secret),
    async withdraw({ devices }) {
      await devices.revoke('doras-phone')
      return () => devices.restore('doras-phone')
    },
  }),
  'a user who is disabled': () => ({
    asked: publish('dora', 'user/bob/inbox/dora'),
    async withdraw({ users }) {
      await users.disable('dora')
      return () => users.enable('dora')
    },
  }),
  'a user who is disabled, for a login': () => ({
    asked: login('dora', secret),
    async withdraw({ users }) {
      await users.disable('dora')
      return () => users.enable('dora')
    },
  }),
  'a user who is blocked': () => ({
    asked: publish('dora', 'user/bob/inbox/dora'),
    async withdraw({ contacts }) {
      await contacts.block('bob', 'dora')
      return () => contacts.unblock('bob', 'dora')
    },
  }),
  'a rule that denies everyone': () => aRule({ kind: 'everyone' }),
  'a rule that denies a user': () => aRule({ kind: 'user', uid: 'dora' }),
  'a rule that denies a group': () => aRule({ kind: 'group', gid: 'team' }),
}

function aRule(scope: NewRule['scope']): Withdrawal {
  return {
    asked: publish('dora', 'iot/doras-phone/door'),
    async withdraw({ rules }) {
      const rule = { effect: 'deny', action: 'all', filter: 'iot/doras-phone/+', scope } as const
      const { id } = await rules.add(rule)
      return () => rules.remove(id)
    },
  }
}

function withdrawals(): readonly Withdrawal[] {
  return Object.values(WITHDRAWALS).map((create) => create())
}

describe(`the first question after a change, under load, ${ROUNDS} times`, () => {
  it.each(Object.entries(WITHDRAWALS))(
    'knows of %s, and of its end',
    async (_name, create) => {
      const { asked, withdraw } = create()
      expect(await ask(asked)).toEqual(['allow', 'allow'])

      for (let round = 0; round < ROUNDS; round++) {
        const giveBack = await withdraw(world.directory)
        const without = await ask(asked)
        await giveBack()
        const again = await ask(asked)

        expect([round, without, again]).toEqual([round, ['deny', 'deny'], ['allow', 'allow']])
      }
    },
    sized(30_000, 600_000),
  )

  it('was asked of a server that was busy, and right about everything else', () => {
    const { questions, readings, slowestMs } = load.count('start')
    const others = hammer.count('start').questions
    console.log(
      `beside it ${questions} questions with one right answer, ${others} without; slowest ${Math.round(slowestMs)} ms`,
    )

    expect(questions).toBeGreaterThan(1000)
    expect([...readings.keys()].sort()).toEqual([
      'emqx4 no → deny',
      'emqx4 yes → allow',
      'emqx5 no → deny',
      'emqx5 yes → allow',
    ])
  })
})

/** Both dialects at once, since each alone has to know. */
async function ask(asked: Asked): Promise<readonly string[]> {
  const dialects: readonly DialectName[] = ['emqx5', 'emqx4']
  return await Promise.all(
    dialects.map(async (dialect) => {
      const answer = await connection.ask(wire(spell(dialect, asked)))
      return answer === undefined ? 'closed' : readAnswer(dialect, answer)
    }),
  )
}
