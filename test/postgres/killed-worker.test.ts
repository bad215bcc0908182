import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

const DELIVERIES = 20

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

afterAll(() => world.close())

/** Starts a worker that hangs, and kills it when it has called for every delivery. */
async function killBusyWorker(): Promise<readonly string[]> {
  const program = new URL('../support/hanging-worker.ts', import.meta.url).pathname
  const child: ChildProcess = spawn(
    process.execPath,
    [program, JSON.stringify(world.address), String(NOON)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (child.stdout === null) throw new Error('no output to read')
  const called: string[] = []
  for await (const line of createInterface(child.stdout)) {
    called.push(line)
    if (called.length === DELIVERIES) break
  }
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  return called
}

describe('what a killed worker held', () => {
  it('is sent by another once the lease is over: all of it, and only what it had called for twice', async () => {
    for (let n = 0; n < DELIVERIES; n++) await world.add({ uid: `u${n}` })

    const called = await killBusyWorker()
    const successor = world.worker()
    await successor.drain('stub')
    expect(world.calls).toEqual([])
    world.clock = NOON + POLICY.work.leaseMs
    await successor.drain('stub')

    expect(called).toHaveLength(DELIVERIES)
    expect(world.calls.map(({ address }) => address.id).toSorted()).toEqual(called.toSorted())
    expect(await world.sql('select distinct state, attempt from deliveries')).toEqual([
      { state: 'sent', attempt: 2 },
    ])
  })
})
