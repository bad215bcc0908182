import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DomainError } from '../../src/core/domain-error.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { openRawHttp } from '../support/raw-http.ts'

let app: FastifyInstance
let url: string
let lines: string[]

/** A server with a route that ends in `error`, and one that takes a number. */
beforeEach(async () => {
  lines = []
  app = createApp(createLogger({ level: 'info' }, { write: (line) => void lines.push(line) }))
  app.get('/breaks', async () => {
    throw breaks
  })
  const body = { type: 'object', properties: { age: { type: 'number' } }, required: ['age'] }
  app.post('/ages', { schema: { body } }, async () => 'fine')
  app.get('/teapot', async () => {
    throw app.httpErrors.gone('The tea has gone cold.')
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  lines.length = 0
})
afterEach(() => app.close())

let breaks: unknown

async function ask(path: string, init?: RequestInit) {
  const response = await fetch(url + path, init)
  const problem: Record<string, unknown> = JSON.parse(await response.text())
  return { status: response.status, type: response.headers.get('content-type'), problem }
}

function postJson(path: string, body: string, type = 'application/json') {
  return ask(path, { method: 'POST', headers: { 'content-type': type }, body })
}

const PROBLEM = expect.stringMatching(/^application\/problem\+json/)

describe('a broken rule', () => {
  it('is a problem with its own status, code and field', async () => {
    breaks = new DomainError('USER_EXISTS', 'There is a user ann already.', 'uid')

    expect(await ask('/breaks')).toEqual({
      status: 409,
      type: PROBLEM,
      problem: {
        title: 'USER_EXISTS',
        status: 409,
        code: 'USER_EXISTS',
        detail: 'There is a user ann already.',
        field: 'uid',
      },
    })
    expect(lines).toEqual([])
  })

  it('names no field where none is at fault', async () => {
    breaks = new DomainError('LAST_OWNER', 'The group would have no owner.')

    const { status, problem } = await ask('/breaks')

    expect(status).toBe(409)
    expect(problem).not.toHaveProperty('field')
  })
})

describe('a fault of ours', () => {
  it('says nothing but where in the log the reason is', async () => {
    breaks = new Error('select hunter2 from users', { cause: new Error('ECONNREFUSED') })

    const { status, type, problem } = await ask('/breaks')

    const [line] = lines.map((text) => JSON.parse(text))
    expect({ status, type, problem }).toEqual({
      status: 500,
      type: PROBLEM,
      problem: {
        title: 'Internal error',
        status: 500,
        code: 'INTERNAL',
        detail: `Something broke in Herald; its log has the reason, with reqId ${line.reqId}.`,
      },
    })
    expect(line).toMatchObject({ level: 'error', msg: 'request failed' })
    expect(line.err.message).toContain('select hunter2 from users')
    expect(line.err.stack).toContain('app.test.ts')
  })

  it.each([
    ['a text that was thrown', 'at Object.<anonymous> (app.ts:1:1)'],
    [
      'an error that names a status of the server’s',
      Object.assign(new Error('x'), { statusCode: 502 }),
    ],
    ['an error that names no status at all', Object.assign(new Error('x'), { statusCode: 'bad' })],
  ])('is all that is told of %s', async (_name, thrown) => {
    breaks = thrown

    const { status, problem } = await ask('/breaks')

    expect(status).toBe(500)
    expect(Object.keys(problem)).toEqual(['title', 'status', 'code', 'detail'])
    expect(JSON.stringify(problem)).not.toContain('app.ts')
  })
})

describe('a request that its maker can mend', () => {
  it.each([
    ['a body that is no JSON', () => postJson('/ages', '{"age":'), 400],
    ['a body with __proto__', () => postJson('/ages', '{"age":1,"__proto__":{}}'), 400],
    ['a body of another type', () => postJson('/ages', 'age: 1', 'text/yaml'), 415],
    ['a body that is too long', () => postJson('/ages', ' '.repeat(2_000_000)), 413],
    ['an address that no text can have', () => ask('/%zz'), 400],
    ['an HTTP error of a route', () => ask('/teapot'), 410],
  ])('is told what is wrong: %s', async (_name, send, expected) => {
    const { status, type, problem } = await send()

    expect({ status, type }).toEqual({ status: expected, type: PROBLEM })
    expect(problem).toMatchObject({ status: expected, code: 'BAD_REQUEST' })
    expect(problem.detail).not.toBe('')
    expect(JSON.stringify(problem)).not.toContain('node_modules')
    expect(lines).toEqual([])
  })

  it.each([
    ['a body of the wrong shape', '{}'],
    ['a number written as text', '{"age":"1"}'],
  ])('is told which field is wrong: %s', async (_name, body) => {
    const { status, problem } = await postJson('/ages', body)

    expect(status).toBe(400)
    expect(problem).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ in: 'body' }] })
    expect(lines).toEqual([])
  })

  it('is refused without a stack where it is no HTTP at all', async () => {
    const connection = await openRawHttp(url)

    const answer = await connection.ask('HELO herald\r\n\r\n')

    expect(answer?.status).toBe(400)
    expect(answer?.body).not.toContain('node_modules')
    expect(lines).toEqual([])
    await connection.closed
  })
})

describe('an address where nothing is', () => {
  it.each([
    ['GET', '/emqx/6/connect'],
    ['POST', '/healthz'],
    ['GET', '/'],
    ['DELETE', '/breaks'],
  ])('is a problem too: %s %s', async (method, path) => {
    expect(await ask(`${path}?password=hunter2`, { method })).toEqual({
      status: 404,
      type: PROBLEM,
      problem: {
        title: 'Not found',
        status: 404,
        code: 'NOT_FOUND',
        detail: `There is nothing at ${method} ${path}.`,
      },
    })
    expect(lines).toEqual([])
  })
})
