import { request as send } from 'node:http'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { type CallingProvider, createCallbackDesk } from '../../src/core/delivery/take-callback.ts'
import type { CallbackAnswer, CallbackRequest } from '../../src/core/ports/callback-reader.ts'
import type { StoredReport } from '../../src/core/ports/receipt-store.ts'
import { createApp } from '../../src/http/app.ts'
import { type CallbackRoutesOptions, callbackRoutes } from '../../src/http/callback-routes.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()))
})

const REF = `20261125-${'a'.repeat(32)}-7`
const NOW = Date.UTC(2026, 10, 25, 12)

const UNDERSTOOD: CallbackAnswer = {
  kind: 'understood',
  receipts: [{ ref: REF, kind: 'delivered', reason: undefined, at: 5 }],
  gone: [{ token: 'TOKEN', reason: 'bounced' }],
  reply: { status: 202, contentType: 'text/xml', body: '<ok/>' },
}

interface WorldParts {
  readonly read?: (request: CallbackRequest) => CallbackAnswer
  readonly store?: (report: StoredReport) => Promise<number>
  readonly options?: Partial<CallbackRoutesOptions>
}

/** The routes over one provider, `texts`, that a test decides about. */
async function openWorld({ read = () => UNDERSTOOD, store, options }: WorldParts = {}) {
  const asked: CallbackRequest[] = []
  const stored: StoredReport[] = []
  const counted: string[] = []
  const logged: string[] = []
  const log = pino({}, { write: (line) => void logged.push(line) })
  const app = createApp(log)
  const texts = {
    callbacks: {
      read(request: CallbackRequest) {
        asked.push(request)
        return read(request)
      },
    },
    tokenFault: () => undefined,
    canonicalToken: (token: string) => token.toLowerCase(),
  }
  const providers = new Map<string, CallingProvider>([
    ['texts', texts],
    ['mute', { ...texts, callbacks: undefined }],
  ])
  const desk = createCallbackDesk({
    find: (name) => providers.get(name),
    store: {
      note: async (report) => {
        stored.push(report)
        return (await store?.(report)) ?? report.receipts.length
      },
    },
    log,
  })
  await app.register(callbackRoutes, {
    prefix: '/callbacks',
    desk,
    meter: { called: (provider, result) => void counted.push(`${provider} ${result}`) },
    publicUrl: 'https://herald.example/push',
    callsMax: 2,
    patienceMs: 10_000,
    now: () => NOW,
    ...options,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  closings.push(() => app.close())
  return { url, asked, stored, counted, logged }
}

describe('a callback', () => {
  it('is read by its provider, stored, and only then answered in its words', async () => {
    const { url, stored, counted } = await openWorld()

    const answer = await fetch(`${url}/callbacks/texts`, { method: 'POST', body: 'a=b' })

    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      202,
      'text/xml',
      '<ok/>',
    ])
    expect(stored).toEqual([
      {
        provider: 'texts',
        receipts: [
          {
            key: { day: '2026-11-25', messageId: 'a'.repeat(32), addressId: '7' },
            kind: 'delivered',
            reason: undefined,
            at: 5,
          },
        ],
        gone: ['token'],
        nowMs: NOW,
      },
    ])
    expect(counted).toEqual(['texts stored'])
  })

  it.each([
    ['POST', '/callbacks/texts?x=%2B1', 'application/x-www-form-urlencoded', 'To=%2B49'],
    ['POST', '/callbacks/texts/status/a', 'application/json', '{"a": '],
    ['POST', '/callbacks/texts/', 'no type at all', '\u00ff'],
    ['POST', '/callbacks/texts', undefined, 'bare'],
    ['GET', '/callbacks/texts/unsubscribe?t=abc', undefined, undefined],
  ])('is handed over as it came: %s %s', async (method, path, type, body) => {
    const { url, asked } = await openWorld()

    await new Promise((resolve, reject) => {
      const headers = { 'x-signature': 's', ...(type !== undefined && { 'content-type': type }) }
      send(`${url}${path}`, { method, headers }, (response) => {
        response.resume().on('end', resolve)
      })
        .on('error', reject)
        .end(body)
    })

    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      method,
      url: `https://herald.example/push${path}`,
      headers: expect.objectContaining({ 'x-signature': 's', 'content-type': type }),
      nowMs: NOW,
    })
    expect(asked[0]?.body.toString()).toBe(body ?? '')
  })

  it.each([400, 401, 405] as const)('that is refused with %i is a problem', async (status) => {
    const reason = 'the signature is wrong'
    const { url, stored, logged, counted } = await openWorld({
      read: () => ({ kind: 'refused', reason, status }),
    })

    const answer = await fetch(`${url}/callbacks/texts`, { method: 'POST', body: 'hunter2' })

    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ status, code: 'CALLBACK_REFUSED' })
    expect(stored).toEqual([])
    expect(counted).toEqual(['texts refused'])
    expect(logged.join()).toContain(reason)
    expect(logged.join()).not.toContain('hunter2')
  })

  it.each(['owl', 'mute'])('for %s, which never calls, finds nobody', async (name) => {
    const { url, counted } = await openWorld()

    const answer = await fetch(`${url}/callbacks/${name}`, { method: 'POST' })

    expect(answer.status).toBe(404)
    expect(counted).toEqual(['unknown unknown'])
  })

  it('that can’t be stored is to be repeated', async () => {
    const { url, counted } = await openWorld({
      store: async () => {
        throw new Error('the database is away')
      },
    })

    const answer = await fetch(`${url}/callbacks/texts`, { method: 'POST', body: 'x' })

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(counted).toEqual(['unknown failed'])
  })

  it('has 64 KiB at most', async () => {
    const { url, asked } = await openWorld()
    const post = async (bytes: number) => {
      const body = 'x'.repeat(bytes)
      return (await fetch(`${url}/callbacks/texts`, { method: 'POST', body })).status
    }

    expect([await post(65_536), await post(65_537)]).toEqual([202, 413])
    expect(asked).toHaveLength(1)
  })

  it('is told to come again while there are too many', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let waiting = 0
    const bothWait = Promise.withResolvers<void>()
    const { url, counted } = await openWorld({
      store: async () => {
        if (++waiting === 2) bothWait.resolve()
        await promise
        return 1
      },
    })
    const post = () => fetch(`${url}/callbacks/texts`, { method: 'POST', body: 'x' })
    const first = [post(), post()]
    await bothWait.promise

    const third = await post()
    resolve()
    const statuses = (await Promise.all(first)).map(({ status }) => status)
    const fourth = await post()

    expect([third.status, statuses, fourth.status]).toEqual([503, [202, 202], 202])
    expect(counted).toContain('unknown busy')
  })

  it('that never ends is cut off, and is in nobody’s way', async () => {
    const { url } = await openWorld({ options: { patienceMs: 50, callsMax: 1 } })
    const headers = { 'content-length': '100' }
    const slow = send(`${url}/callbacks/texts`, { method: 'POST', headers })
    const cut = new Promise((resolve) => slow.on('error', resolve))
    slow.write('half')

    await cut
    const next = await fetch(`${url}/callbacks/texts`, { method: 'POST', body: 'x' })

    expect(next.status).toBe(202)
  })
})
