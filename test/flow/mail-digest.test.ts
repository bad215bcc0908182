import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/core/ports/provider.ts'
import type { ChatMessage } from '../../src/core/reach/chat-message.ts'
import { writeMessages } from '../../src/postgres/message-writer.ts'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'
import { openEmail } from '../support/email-world.ts'
import { type MailPeer, openMailPeer } from '../support/mail-peer.ts'
import { aMessage, aPolicy } from '../support/reach-world.ts'

const MINUTE = 60_000

let world: DeliveryWorld
let peer: MailPeer
let email: Provider

beforeAll(async () => {
  world = await openDeliveryWorld()
  peer = await openMailPeer({ tls: 'none' })
  email = await openEmail({ port: peer.port })
  await world.sql(`insert into users (id) values ('ann'), ('bob'), ('cleo'), ('dan')`)
  await world.sql(`insert into addresses (user_id, channel, provider, token)
    values ('bob', 'email', 'email', 'bob@example.net')`)
})

afterAll(async () => {
  await email.close()
  await peer.close()
  await world.close()
})

const ladder = [{ channel: 'email', afterMs: 0 }] as const
const policy = aPolicy({
  ladders: { ...aPolicy().ladders, 'direct-message': ladder },
  digestMs: 10 * MINUTE,
})

let written = 0

async function write(from: string, body: string): Promise<void> {
  const id = String(++written).padStart(32, '0')
  const message: ChatMessage = aMessage({ id, from, sentAt: world.clock, said: { body } })
  const client = await world.pool.connect()
  await writeMessages(client, [message], policy, world.clock)
  client.release()
}

/** Sends one mail and is killed before it has written that it did. */
async function killAfterMail(): Promise<void> {
  const program = new URL('../support/mailing-worker.ts', import.meta.url).pathname
  const args = [program, JSON.stringify(world.address), String(world.clock), String(peer.port)]
  const taken = peer.offered.reached(peer.offered.count + 1)
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  await taken
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

describe('mails to somebody who is away', () => {
  it('go out as one, and again as the same one if the worker is killed', async () => {
    await write('ann', 'one')
    await write('ann', 'two')
    world.clock = NOON + 4 * MINUTE
    await write('cleo', 'three')
    const worker = world.worker({ providers: [email] })
    world.clock = NOON + 10 * MINUTE - 1
    await worker.drain('email')
    expect(peer.mails).toHaveLength(0)

    world.clock = NOON + 10 * MINUTE
    await killAfterMail()
    await write('dan', 'four')
    world.clock += POLICY.work.leaseMs
    await worker.drain('email')

    const [mail, again, ...more] = peer.mails
    expect(more).toEqual([])
    expect(mail?.read.messageId).toMatch(/^<digest-[0-9a-f]{32}@chat\.example\.com>$/)
    expect(again?.raw.toString()).toBe(mail?.raw.toString())
    world.clock = NOON + 20 * MINUTE
    await worker.drain('email')
    expect(peer.mails).toHaveLength(3)
    expect(peer.mails[2]?.read.text?.trim()).toBe('four')
    expect(
      await world.sql('select state, count(*)::int from deliveries group by 1 order by 1'),
    ).toEqual([
      { state: 'folded', count: 1 },
      { state: 'sent', count: 3 },
    ])
  })
})
