import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../bench/world/random.ts'
import { composeBrokerControl } from '../../src/compose/broker-control.ts'
import { composeRepair } from '../../src/compose/sessions.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { BrokerControl } from '../../src/core/ports/broker-control.ts'
import type { Repair } from '../../src/core/repair/repair.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { connectRaw, type RawMqtt } from '../support/raw-mqtt.ts'
import { openSessionWorld, type SessionWorld } from '../support/session-world.ts'
import { sized } from '../support/size.ts'

const STEPS = sized(400, 50_000)
/** After so many steps all is quiet for once, and compared. */
const QUIET_AFTER = sized(100, 200)
const SEED = 20261125

const UIDS = ['ann', 'bob', 'carl', 'dave', 'eve']
const GIDS = ['hikers', 'cooks', 'readers']

/** What should be. */
interface ModelDevice {
  readonly clientId: string
  readonly uid: string
  readonly secret: string
  client: RawMqtt | undefined
  hasSession: boolean
  expirySeconds: number
  isRevoked: boolean
}

let world: SessionWorld
let repair: Repair
let control: BrokerControl
let devices: readonly ModelDevice[]
const roles = new Map<string, 'member' | 'admin'>()
const groups = new Set<string>()

beforeAll(async () => {
  const settings = { HERALD_EMQX_SWEEP_INTERVAL: '24h', HERALD_GROUP_SUBSCRIPTION: 'inbox' }
  world = await openSessionWorld({}, settings)
  const config = loadConfig({ flags: {}, env: world.env, envFile: {} })
  const log = pino({ level: 'silent' })
  const opened = composeBrokerControl(config, log)
  if (opened === undefined) throw new Error('no API')
  control = opened
  const bells = { ring: async () => {} }
  const metrics = createMetrics()
  repair = composeRepair(config, { pool: world.database.pool, bells, control, log, metrics }, 0)
  const { users } = world.directory
  await users.add({ uid: 'owner' })
  for (const uid of UIDS) await users.add({ uid })
  devices = await Promise.all(
    UIDS.flatMap((uid) => [aDevice(uid, 'phone'), aDevice(uid, 'tablet')]),
  )
})
afterAll(async () => {
  for (const { client } of devices) client?.cut()
  await control.close()
  await world.close()
})

async function aDevice(uid: string, kind: string): Promise<ModelDevice> {
  const clientId = `${uid}-${kind}`
  const { secret } = await world.directory.devices.add({ uid, clientId })
  return {
    clientId,
    uid,
    secret,
    client: undefined,
    hasSession: false,
    expirySeconds: 0,
    isRevoked: false,
  }
}

function pick<One>(random: Random, all: readonly One[]): One {
  const one = all[random.below(all.length)]
  if (one === undefined) throw new Error('nothing to pick')
  return one
}

async function connect(device: ModelDevice, random: Random): Promise<void> {
  if (device.isRevoked) return
  const clean = random.below(3) === 0
  const expirySeconds = random.below(4) === 0 ? 0 : 3_600
  const { client, connack } = await connectRaw(world.broker.tcpPort, {
    clientId: device.clientId,
    username: device.uid,
    password: Buffer.from(device.secret),
    clean,
    properties: { sessionExpiryInterval: expirySeconds },
  })
  expect(connack.reasonCode).toBe(0)
  // The one before it is taken over.
  await device.client?.closed
  device.client = client
  device.hasSession = true
  device.expirySeconds = expirySeconds
}

async function disconnect(device: ModelDevice, random: Random): Promise<void> {
  const { client } = device
  if (client === undefined) return
  if (random.below(2) === 0) client.send({ cmd: 'disconnect' })
  else world.broker.cut(device.clientId)
  await client.closed
  device.client = undefined
  device.hasSession = device.expirySeconds > 0
}

async function joinOrLeave(random: Random): Promise<void> {
  const gid = pick(random, GIDS)
  const uid = pick(random, UIDS)
  const { members } = world.directory
  if (!groups.has(gid)) return
  const key = `${gid}/${uid}`
  if (roles.has(key)) {
    await members.remove(gid, uid)
    roles.delete(key)
    return
  }
  await members.add(gid, uid, 'member')
  roles.set(key, 'member')
}

async function changeRole(random: Random): Promise<void> {
  const known = [...roles]
  if (known.length === 0) return
  const [key, role] = pick(random, known)
  const [gid = '', uid = ''] = key.split('/')
  const other = role === 'admin' ? 'member' : 'admin'
  await world.directory.members.setRole(gid, uid, other)
  roles.set(key, other)
}

async function makeOrDissolve(random: Random): Promise<void> {
  const gid = pick(random, GIDS)
  if (groups.delete(gid)) {
    await world.directory.groups.remove(gid)
    for (const key of roles.keys()) if (key.startsWith(`${gid}/`)) roles.delete(key)
    return
  }
  await world.directory.groups.add({ gid, owner: 'owner' })
  groups.add(gid)
}

async function revokeOrRestore(device: ModelDevice): Promise<void> {
  if (device.isRevoked) {
    await world.directory.devices.restore(device.clientId)
    device.isRevoked = false
    return
  }
  // A session that Herald has not heard of is ended by the next sweep at the latest.
  await reconcile()
  await world.directory.devices.revoke(device.clientId)
  await world.quiet()
  await device.client?.closed
  device.client = undefined
  device.hasSession = false
  device.isRevoked = true
}

async function restartBroker(): Promise<void> {
  world.broker.die()
  for (const device of devices) {
    await device.client?.closed
    device.client = undefined
    device.hasSession = false
  }
  world.broker.revive()
}

function loseEvents(random: Random): void {
  const often = random.below(4) === 0
  const some = () => random.below(often ? 2 : 20) === 0
  world.broker.fail({ events: { loses: some, doubles: some, holds: some } })
}

async function step(random: Random): Promise<void> {
  const chance = random.below(100)
  if (chance < 35) return await connect(pick(random, devices), random)
  if (chance < 60) return await disconnect(pick(random, devices), random)
  if (chance < 82) return await joinOrLeave(random)
  if (chance < 90) return await changeRole(random)
  if (chance < 95) return await makeOrDissolve(random)
  if (chance < 98) return loseEvents(random)
  if (chance < 99) return await revokeOrRestore(pick(random, devices))
  await restartBroker()
}

/** All that was reported is stored, and what was not is found by looking. */
async function reconcile(): Promise<void> {
  world.broker.fail({})
  await world.broker.eventsSettled()
  await repair.sweep()
  await world.hurry()
  await world.quiet()
}

function desiredOf({ uid, hasSession }: ModelDevice): readonly string[] | undefined {
  if (!hasSession) return undefined
  const own = [`group/+/invitation/${uid}/from/+`, `user/${uid}/#`]
  const filters = [...roles].flatMap(([key, role]) => {
    const [gid, member] = key.split('/')
    if (member !== uid) return []
    const inbox = `group/${gid}/inbox/+`
    return role === 'admin' ? [inbox, `group/${gid}/application/+`] : [inbox]
  })
  return [...own, ...filters].sort()
}

function modelled() {
  return Object.fromEntries(
    devices.map((device) => [
      device.clientId,
      { isOnline: device.client !== undefined, filters: desiredOf(device) },
    ]),
  )
}

async function actual() {
  const rows = devices.map(async ({ clientId }) => {
    const answer = await control.subscriptionsOf(clientId, AbortSignal.timeout(5_000))
    const filters =
      answer.kind === 'done' ? answer.value.map(({ filter }) => filter).sort() : undefined
    return [clientId, { isOnline: await world.isOnline(clientId), filters }]
  })
  return Object.fromEntries(await Promise.all(rows))
}

describe(`sessions and presence (${STEPS} steps, seed ${SEED})`, () => {
  it(
    'are those of a model, after quiet, whatever comes and goes and gets lost',
    async () => {
      const random = createRandom(SEED)
      for (let done = 0; done < STEPS; ) {
        for (let n = 0; n < QUIET_AFTER; n++, done++) await step(random)
        await reconcile()
        await reconcile()

        expect(await actual(), `after ${done} steps`).toEqual(modelled())
      }
    },
    sized(60_000, 3_600_000),
  )
})
