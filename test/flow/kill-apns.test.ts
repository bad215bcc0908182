import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../bench/world/random.ts'
import { type ApnsWorld, openApnsWorld } from '../support/apns-world.ts'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'
import { sized } from '../support/size.ts'

const DELIVERIES = sized(400, 20_000)
const KILLS = sized(4, 20)
const PROGRAM = new URL('../support/pushing-worker.ts', import.meta.url).pathname

let world: DeliveryWorld
let apns: ApnsWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
  apns = await openApnsWorld()
  apns.peer.answers(() => ({ status: 200 }))
})
afterAll(async () => {
  await apns.close()
  await world.close()
})

/** What Apple would show each of: a repeat with the same id replaces what is shown. */
const collapseIds = (from = 0) =>
  apns.peer.received.slice(from).map(({ headers }) => String(headers['apns-collapse-id']))

/** Kills a worker when it has sent `sends` more. */
async function killAfter(sends: number): Promise<void> {
  const args = [PROGRAM, JSON.stringify(world.address), `${world.clock}`, `${apns.peer.port}`]
  const enough = apns.peer.hasReceived(apns.peer.received.length + sends)
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  await enough
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function writtenRefs(): Promise<readonly string[]> {
  const rows = await world.sql(
    `select to_char(day, 'YYYYMMDD') || '-' || replace(message_id::text, '-', '') || '-' || address_id as ref
     from deliveries where state = 'sent'`,
  )
  return rows.map(({ ref }) => String(ref))
}

describe(`workers that send to APNs and are killed (${DELIVERIES} deliveries, ${KILLS} kills)`, () => {
  it('lose nothing, and repeat only what no outcome was written of, under the same id', async () => {
    for (let n = 0; n < DELIVERIES; n++) {
      const token = (n + 1).toString(16).padStart(64, '0')
      await world.add({ uid: `u${n}`, provider: 'apns', token, expiresAt: NOON + 86_400_000 })
    }
    const random = createRandom(4)
    const share = Math.floor(DELIVERIES / (KILLS + 1))

    for (let kill = 0; kill < KILLS; kill++) {
      await killAfter(1 + random.below(share))
      const written = new Set(await writtenRefs())
      const from = apns.peer.received.length
      world.clock += POLICY.work.leaseMs
      await killAfter(1)
      expect(collapseIds(from).filter((id) => written.has(id))).toEqual([])
      world.clock += POLICY.work.leaseMs
    }
    apns.nowMs = world.clock
    await world.worker({ providers: [apns.alerts] }).drain('apns')

    const sent = collapseIds()
    expect(new Set(sent)).toEqual(new Set(await writtenRefs()))
    expect(new Set(sent).size).toBe(DELIVERIES)
    // Those under way, and those whose outcomes were not written yet: at most a claim for each worker.
    expect(sent.length - DELIVERIES).toBeLessThanOrEqual(2 * KILLS * 50)
  })
})
