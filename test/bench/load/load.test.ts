import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { runLoad } from '../../../bench/load/load.ts'
import type { LoadPlan } from '../../../bench/load/load-plan.ts'
import { createRequestPool, EXPECT } from '../../../bench/load/request-pool.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Answers question `n` with the parity of `n`, and keeps what it was asked. */
async function serveParity(asked: string[]): Promise<number> {
  return await serve(async (request, response) => {
    const { n } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    asked.push(n)
    response.end(Number(n) % 2 === 0 ? '{"result":"allow","x":1}' : '{"result":"deny"}')
  })
}

const POOL = createRequestPool(60, { path: '/topic', secret: 's' }, (index) => ({
  fields: { n: `${index}` },
  expected: index % 2 === 0 ? EXPECT.allow : EXPECT.deny,
}))

const PLAN: Omit<LoadPlan, 'port'> = {
  connections: 3,
  depth: 7,
  questions: { kind: 'topic', scale: 1, seed: 1, count: 60 },
  verdicts: 'checked',
  until: { kind: 'count', requests: 60 },
}

describe('a load', () => {
  it('asks each question of a pool once when it is to ask as many, and counts the allows', async () => {
    const asked: string[] = []
    const port = await serveParity(asked)

    const result = await runLoad({ ...PLAN, port }, POOL)

    expect(result).toMatchObject({ answered: 60, allowed: 30 })
    expect(asked.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  it('goes round the pool until its time is over, and waits for what is under way', async () => {
    const asked: string[] = []
    const port = await serveParity(asked)

    const result = await runLoad({ ...PLAN, port, until: { kind: 'time', ms: 200 } }, POOL)

    expect(result.answered).toBe(asked.length)
    expect(result.answered).toBeGreaterThan(60)
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms)
  })

  it('asks no faster than it is told to', async () => {
    const port = await serveParity([])
    const until = { kind: 'time', ms: 300 } as const

    const { answered, seconds } = await runLoad({ ...PLAN, port, until, perSecond: 100 }, POOL)

    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThanOrEqual(seconds * 100)
  })

  it('fails at the first wrong verdict, and shows the question', async () => {
    const port = await serve((_request, response) => response.end('{"result":"allow"}'))

    await expect(runLoad({ ...PLAN, port }, POOL)).rejects.toThrow(
      /a wrong allow to POST \/topic[\s\S]*\{"n":"\d*[13579]"\}/,
    )
  })

  it('lets wrong verdicts pass where they are only counted', async () => {
    const port = await serve((_request, response) => response.end('{"result":"allow"}'))

    const result = await runLoad({ ...PLAN, port, verdicts: 'counted' }, POOL)

    expect(result).toMatchObject({ answered: 60, allowed: 60 })
  })

  it.each([
    ['another status', 503, '{"result":"deny"}', /status 503 to POST/],
    ['another word', 200, '{"result":"allowed"}', /no verdict: \{"result":"allowed"\}/],
  ])('fails at %s', async (_name, status, body, message) => {
    const port = await serve((_request, response) => {
      response.statusCode = status
      response.end(body)
    })

    await expect(runLoad({ ...PLAN, port, verdicts: 'counted' }, POOL)).rejects.toThrow(message)
  })

  it('fails when the server closes a connection with questions under way', async () => {
    const port = await serve((request) => request.socket.destroy())

    await expect(runLoad({ ...PLAN, port }, POOL)).rejects.toThrow(/closed the connection|ECONN/)
  })
})
