import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { type OperationsRoutesOptions, operationsRoutes } from '../../src/http/operations-routes.ts'

const WELL = { name: 'postgres', missing: async () => undefined }
const ILL = { name: 'keys', missing: async () => 'The key set does not answer: no connection.' }
const BROKEN = { name: 'queue', missing: () => Promise.reject(new Error('hunter2')) }

async function ask(path: string, checks: OperationsRoutesOptions['checks'] = [WELL]) {
  const app = createApp(pino({ level: 'silent' }))
  const expose = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' })
  await app.register(operationsRoutes, { checks, expose })
  return await app.inject(path)
}

it('Herald is alive as long as it answers, whatever is missing', async () => {
  const answer = await ask('/healthz', [ILL, BROKEN])

  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
})

it('Herald is ready when nothing is missing', async () => {
  const answer = await ask('/readyz', [WELL, WELL])

  expect([answer.statusCode, answer.json()]).toEqual([200, { ready: true, missing: [] }])
})

it('Herald is not ready when something is missing, and says what and why', async () => {
  const answer = await ask('/readyz', [WELL, ILL])

  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    {
      ready: false,
      missing: [{ name: 'keys', reason: 'The key set does not answer: no connection.' }],
    },
  ])
})

it('a check that breaks is a fault, and keeps its words to the log', async () => {
  const answer = await ask('/readyz', [WELL, BROKEN])

  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('hunter2')
})

it('the metrics are given as Prometheus reads them', async () => {
  const answer = await ask('/metrics')

  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
    200,
    'text/plain; version=0.0.4',
    'up 1\n',
  ])
})
