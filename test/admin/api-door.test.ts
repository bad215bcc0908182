import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeApiKey } from '../../src/credentials/api-key.ts'
import { openApiApp } from '../support/api-app.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { freePort } from '../support/free-port.ts'

const REQUESTS_MAX = 40

let world: ApiWorld
let url: string

beforeAll(async () => {
  world = await openApiWorld({ HERALD_API_RATE_LIMIT: String(REQUESTS_MAX) })
  await world.directory.users.add({ uid: 'ann' })
  url = await world.listen()
})
afterAll(() => world.close())

interface Sent {
  readonly method?: string
  readonly type?: string | undefined
  readonly body?: string
}

async function send(path: string, { method = 'POST', type, body }: Sent = {}) {
  const headers = {
    authorization: `Bearer ${world.keys.admin}`,
    ...(type !== undefined && { 'content-type': type }),
  }
  const given = body === undefined ? {} : { body }
  return fetch(`${url}${path}`, { method, headers, ...given })
}

/** Status and code of a problem, whose type is checked as well. */
async function problem(answer: Response): Promise<unknown> {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const { status, code } = JSON.parse(await answer.text())
  expect(status).toBe(answer.status)
  return [status, code]
}

describe('a body', () => {
  it.each([
    ['no JSON', { type: 'application/json', body: '{"uid":' }, 400, 'BAD_REQUEST'],
    ['empty', { type: 'application/json', body: '' }, 400, 'INVALID_REQUEST'],
    ['left out', {}, 400, 'INVALID_REQUEST'],
    ['of another type', { type: 'text/plain', body: 'ann' }, 415, 'BAD_REQUEST'],
    ['a form', { type: 'application/x-www-form-urlencoded', body: 'uid=ann' }, 415, 'BAD_REQUEST'],
    ['a list', { type: 'application/json', body: '[]' }, 400, 'INVALID_REQUEST'],
    [
      'too large',
      { type: 'application/json', body: `"${'x'.repeat(1_048_576)}"` },
      413,
      'BAD_REQUEST',
    ],
    [
      'a trick',
      { type: 'application/json', body: '{"__proto__":{"uid":"ann"}}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'with U+0000',
      { type: 'application/json', body: '{"uid":"a\\u0000"}' },
      400,
      'INVALID_REQUEST',
    ],
    [
      'with a lone surrogate',
      { type: 'application/json', body: '{"uid":"zoe","displayName":"\\ud800"}' },
      400,
      'INVALID_TEXT',
    ],
  ] as const)('that is %s is refused in words', async (_, sent, status, code) => {
    expect(await problem(await send('/v1/users', sent))).toEqual([status, code])
  })

  it('is taken as a merge patch, too', async () => {
    const type = 'application/merge-patch+json'
    const answer = await send('/v1/users/ann', {
      method: 'PATCH',
      type,
      body: '{"displayName":"A"}',
    })

    expect([answer.status, JSON.parse(await answer.text()).displayName]).toEqual([200, 'A'])
  })

  it('may be missing where there is nothing to say', async () => {
    const empty = { method: 'DELETE', type: 'application/json' }

    expect((await send('/v1/users/ann/password', empty)).status).toBe(204)
  })
})

describe('a route that is not there', () => {
  it.each([
    'GET /v1/nothing',
    'GET /v1/users/ann/nothing',
    'PUT /v1/users',
    'GET /v1',
    'GET /v2/users',
  ])('is 404: %s', async (target) => {
    const [method = '', path = ''] = target.split(' ')

    expect(await problem(await send(path, { method }))).toEqual([404, 'NOT_FOUND'])
  })

  it('is 400 where its path can’t be read', async () => {
    expect(await problem(await send('/v1/users/%E0%A4%A', { method: 'GET' }))).toEqual([
      400,
      'BAD_REQUEST',
    ])
  })
})

describe('a page of somebody else’s', () => {
  it('is not allowed in: there is no CORS', async () => {
    const origin = { origin: 'https://elsewhere.example' }
    const asked = await fetch(`${url}/v1/users`, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'GET' },
    })
    const read = await fetch(`${url}/openapi.json`, { headers: origin })

    expect(asked.status).toBe(404)
    for (const { headers } of [asked, read]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('answers', () => {
  it('are kept by no cache', async () => {
    expect((await send('/v1/users', { method: 'GET' })).headers.get('cache-control')).toBe(
      'no-store',
    )
  })
})

describe('the rate limit', () => {
  it('is told in headers, and who is over it when to come back', async () => {
    const key = world.keys.support
    const statuses = []
    for (let n = 0; n < REQUESTS_MAX; n++) {
      statuses.push((await world.call('GET /v1/users/ann', undefined, { key })).status)
    }
    const over = await world.call('GET /v1/users/ann', undefined, { key })
    const other = await world.call('GET /v1/users/ann', undefined, { key: world.keys.operator })

    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(over.body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' })
    expect(over.headers).toMatchObject({
      'ratelimit-limit': String(REQUESTS_MAX),
      'ratelimit-remaining': '0',
    })
    expect(Number(over.headers['retry-after'])).toBeGreaterThan(0)
    expect(other.status).toBe(200)
    expect(other.headers).toMatchObject({ 'ratelimit-remaining': String(REQUESTS_MAX - 1) })
  })
})

describe('a database that is away', () => {
  it('is 503, and nobody is let in', async () => {
    const { app, close } = await openApiApp({
      ...world.address,
      host: '127.0.0.1',
      port: await freePort(),
    })
    const { secret } = makeApiKey()

    const { statusCode, json } = await app.inject({
      url: '/v1/users',
      headers: { authorization: `Bearer ${secret}` },
    })
    await close()

    expect([statusCode, json().code]).toEqual([503, 'UNAVAILABLE'])
  })
})
