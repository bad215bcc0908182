import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../bench/world/random.ts'
import { type HeraldProcess, startHeraldProcess } from '../../demo/stage/herald-process.ts'
import { openStubInbox, type StubInbox } from '../../demo/stage/stub-inbox.ts'
import { type DeliveryLedger, openDeliveryLedger } from '../support/delivery-ledger.ts'
import { type EventSender, startEventSender } from '../support/event-sender.ts'
import { freePort } from '../support/free-port.ts'
import { createOwnPostgres, type OwnPostgres } from '../support/own-postgres.ts'
import { TOWN_SQL, type TownMessage, townArrivals, townMessages } from '../support/reach-town.ts'
import { sized } from '../support/size.ts'

const MESSAGES = sized(600, 20_000)
const KILLS = sized(2, 20)
const RESTARTS = sized(1, 3)
const LOAD = { lanes: 8, depth: 16 }
/** A claim holds for 20 s, and its holder is dead. */
const PATIENCE_MS = sized(120_000, 600_000)

let postgres: OwnPostgres
let folder: string
let ledger: DeliveryLedger
let inbox: StubInbox
const running = new Set<HeraldProcess>()

beforeAll(async () => {
  postgres = await createOwnPostgres()
  await postgres.query(TOWN_SQL)
  folder = await mkdtemp(join(tmpdir(), 'herald-kill-'))
  inbox = openStubInbox(join(folder, 'stub.jsonl'))
  ledger = openDeliveryLedger(postgres.address)
  const herald = await start()
  await startEventSender([herald.url], townArrivals(), LOAD).done
  await stop(herald)
})

afterEach(() => Promise.all([...running].map((herald) => herald.kill())))

afterAll(async () => {
  await ledger.close()
  inbox.close()
  await postgres.remove()
  await rm(folder, { recursive: true })
})

async function start(env: Readonly<Record<string, string>> = {}): Promise<HeraldProcess> {
  const { user, host, database, port } = postgres.address
  const url = new URL(`postgresql://${user}@socket.invalid:${port ?? 5432}/${database}`)
  url.searchParams.set('host', host)
  const herald = await startHeraldProcess({
    DATABASE_URL: url.href,
    HERALD_PORT: '0',
    HERALD_LOG_LEVEL: 'fatal',
    HERALD_STUB_FILE: inbox.file,
    HERALD_COALESCE_WINDOW: '0s',
    ...env,
  })
  running.add(herald)
  return herald
}

async function stop(herald: HeraldProcess): Promise<void> {
  await herald.stop()
  running.delete(herald)
}

async function kill(herald: HeraldProcess): Promise<void> {
  await herald.kill()
  running.delete(herald)
}

describe('messages to people who are away', () => {
  it(
    'reach each address once where nothing goes wrong',
    async () => {
      const messages = townMessages(1, MESSAGES)
      const notesBefore = (await inbox.all()).length
      const herald = await start()

      const sender = startEventSender([herald.url], eventsOf(messages), LOAD)
      await sender.done
      await ledger.settled()

      expect(sender.counts.others).toEqual([])
      expect(await outcome(messages, notesBefore)).toEqual({ ...PERFECT, seenAgain: 0 })
      await stop(herald)
    },
    PATIENCE_MS,
  )

  it(
    `all reach them though Herald is killed ${KILLS} times and Postgres ${RESTARTS} times`,
    async () => {
      const messages = townMessages(2, MESSAGES)
      const notesBefore = (await inbox.all()).length
      const env = { HERALD_PORT: String(await freePort()) }
      let herald = await start(env)

      const sender = startEventSender([herald.url], eventsOf(messages), LOAD)
      for (const { at, victim } of accidents()) {
        await sender.until(at)
        if (victim === 'herald') {
          await kill(herald)
          herald = await start(env)
        } else {
          await postgres.kill('SIGQUIT')
          await postgres.start()
        }
      }
      await sender.done
      const confirmedAt = performance.now()
      await ledger.settled()

      const found = await outcome(messages, notesBefore)
      print('killed', sender, { ...found, settledMs: Math.round(performance.now() - confirmedAt) })
      expect(sender.counts.others).toEqual([])
      expect(found).toMatchObject(PERFECT)
      await stop(herald)
    },
    PATIENCE_MS,
  )

  it(
    'all reach them though one of two workers is killed, with two replicas for the broker',
    async () => {
      const messages = townMessages(3, MESSAGES)
      const notesBefore = (await inbox.all()).length
      const hooks = await Promise.all([
        start({ HERALD_ROLES: 'hooks' }),
        start({ HERALD_ROLES: 'hooks' }),
      ])
      const [worker, victim] = await Promise.all([
        start({ HERALD_ROLES: 'worker,sweeper' }),
        start({ HERALD_ROLES: 'worker,sweeper' }),
      ])

      // A broker that had no answer in time repeats itself, and may find the other replica.
      const events = eventsOf(messages).flatMap((event, index) =>
        index % 10 === 0 ? [event, event] : [event],
      )
      const sender = startEventSender(
        hooks.map(({ url }) => url),
        events,
        LOAD,
      )
      await sender.until(events.length / 2)
      await ledger.underWay()
      await kill(victim)
      const killedAt = performance.now()
      await sender.done
      await ledger.settled()

      const found = await outcome(messages, notesBefore)
      const seconds = (performance.now() - killedAt) / 1_000
      print('one of two workers killed', sender, { ...found, seconds: Number(seconds.toFixed(1)) })
      expect(sender.counts.others).toEqual([])
      expect(found).toMatchObject(PERFECT)
      await Promise.all([...hooks, worker].map(stop))
    },
    PATIENCE_MS,
  )
})

function eventsOf(messages: readonly TownMessage[]): readonly string[] {
  return messages.map(({ event }) => event)
}

interface Accident {
  /** When so many messages are confirmed. */
  readonly at: number
  readonly victim: 'herald' | 'postgres'
}

function accidents(): readonly Accident[] {
  const random = createRandom(20261125)
  return Array.from({ length: KILLS + RESTARTS }, (_, index) => ({
    at: 1 + random.below(MESSAGES - 1),
    victim: index < KILLS ? ('herald' as const) : ('postgres' as const),
  })).toSorted((one, other) => one.at - other.at)
}

const PERFECT = { missing: [], unexpected: [], unfinished: [], unseen: [], unexplained: [] }

/** Holds what was decided and sent against what the town demands. */
async function outcome(messages: readonly TownMessage[], notesBefore: number) {
  const expected = new Set(
    messages.flatMap(({ id, tokens }) => tokens.map((token) => `${id} ${token}`)),
  )
  const deliveries = await ledger.deliveriesOf(messages.map(({ id }) => id))
  const found = new Set(deliveries.map(({ messageId, token }) => `${messageId} ${token}`))
  const notes = (await inbox.all()).slice(notesBefore)
  const seen = Map.groupBy(notes, ({ addressId }) => addressId)
  const addresses = Map.groupBy(deliveries, ({ addressId }) => addressId)
  // What was taken at an address beyond what was to be sent there: seen twice.
  const again = [...addresses].map(([addressId, own]) => ({
    addressId,
    times: (seen.get(addressId)?.length ?? 0) - own.filter(({ state }) => state === 'sent').length,
    claims: own.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0),
  }))
  return {
    missing: [...expected].filter((one) => !found.has(one)),
    unexpected: [...found].filter((one) => !expected.has(one)),
    unfinished: deliveries.filter(({ state, isCarried }) => state !== 'sent' && !isCarried),
    unseen: again.filter(({ times }) => times < 0),
    // Only who claims what another had claimed may send it again.
    unexplained: again.filter(({ times, claims }) => times > claims),
    seenAgain: again.reduce((sum, { times }) => sum + times, 0),
  }
}

function print(name: string, { counts }: EventSender, figures: object): void {
  console.log(`${name}: ${JSON.stringify({ messages: MESSAGES, ...counts, ...figures })}`)
}
