import { afterEach, describe, expect, it } from 'vitest'
import type { EventIntake, EventUnit } from '../../../src/core/events/event-intake.ts'
import { IntakeBusy } from '../../../src/core/events/group-commit.ts'
import samples4 from '../../fixtures/emqx-4.4.19/event_samples.json' with { type: 'json' }
import samples5 from '../../fixtures/emqx-5.8.9/event_samples.json' with { type: 'json' }
import {
  type EventServer,
  type EventServerOptions,
  startEventServer,
} from '../../support/event-server.ts'
import { openRawHttp } from '../../support/raw-http.ts'

const CONNECTED = samples5['client.connected']
const MESSAGE = samples5['message.publish']

let server: EventServer
afterEach(() => server.close())

describe('an event', () => {
  it('is answered with yes when it is stored, and not before', async () => {
    const intake = heldIntake()
    await start(intake)
    let isAnswered = false

    const answer = server.post('emqx5', CONNECTED).then((response) => {
      isAnswered = true
      return response.status
    })
    await intake.arrived
    const before = isAnswered
    intake.release()

    expect(await answer).toBe(204)
    expect(before).toBe(false)
  })

  it('comes with others in an array, which is stored as one', async () => {
    const intake = recordingIntake()
    await start(intake)

    expect((await server.post('emqx5', [CONNECTED, MESSAGE, { event: 5 }])).status).toBe(204)

    const [unit, ...more] = intake.units
    expect(more).toEqual([])
    expect(unit?.incoming.map(({ event }) => event.kind)).toEqual(['connected', 'published'])
    expect(unit?.rejected).toHaveLength(1)
  })

  it.each(['emqx5', 'emqx4'] as const)(
    'of %s that is unknown is counted, and stored nowhere',
    async (dialect) => {
      const intake = recordingIntake()
      await start(intake)

      const row = { event: 'session.subscribed', action: 'session_subscribed' }

      expect((await server.post(dialect, row)).status).toBe(204)
      expect(intake.units).toEqual([])
      expect(server.counted).toEqual([`${dialect} other unknown`])
    },
  )

  it("about a topic that is nobody's is counted, and stored nowhere", async () => {
    const intake = recordingIntake()
    await start(intake)

    expect((await server.post('emqx5', { ...MESSAGE, topic: 'iot/1' })).status).toBe(204)
    expect(intake.units).toEqual([])
    expect(server.counted).toEqual(['emqx5 published ignored'])
  })

  it.each(['application/json; charset=utf-8', 'text/plain', 'json', ''])(
    'is JSON, whatever its type says: "%s"',
    async (type) => {
      const intake = recordingIntake()
      await start(intake)

      expect((await server.post('emqx5', CONNECTED, { 'content-type': type })).status).toBe(204)
      expect(intake.units.map(({ incoming }) => incoming.length)).toEqual([1])
    },
  )
})

describe('what is no event', () => {
  it('is kept with a reason, and answered with yes', async () => {
    const intake = recordingIntake()
    await start(intake)

    expect((await server.post('emqx5', '{"event":')).status).toBe(204)
    expect((await server.post('emqx4', Buffer.from([0xff]))).status).toBe(204)

    expect(intake.units.flatMap(({ rejected }) => rejected)).toEqual([
      { dialect: 'emqx5', reason: 'the body must be JSON', bytes: Buffer.from('{"event":') },
      { dialect: 'emqx4', reason: 'the body must be UTF-8', bytes: Buffer.from([0xff]) },
    ])
    expect(server.counted).toEqual(['emqx5 other rejected', 'emqx4 other rejected'])
  })

  it('is kept where there is no body at all', async () => {
    const intake = recordingIntake()
    await start(intake)
    const http = await openRawHttp(server.url)

    const answer = await http.ask('POST /emqx/5/events HTTP/1.1\r\nhost: h\r\n\r\n')

    expect(answer?.status).toBe(204)
    expect(intake.units.flatMap(({ rejected }) => rejected)).toHaveLength(1)
    http.cut()
  })

  it('is kept from its beginning where it is too long, and the connection lives on', async () => {
    const intake = recordingIntake()
    await start(intake)
    const http = await openRawHttp(server.url)
    const long = `{"event":"client.connected","x":"${'x'.repeat(5_000_000)}"}`

    expect((await http.ask(post(long)))?.status).toBe(204)
    expect((await http.ask(post(JSON.stringify(CONNECTED))))?.status).toBe(204)

    expect(intake.units.flatMap(({ rejected }) => rejected)).toEqual([
      { dialect: 'emqx5', reason: 'the body is too long', bytes: Buffer.from(long.slice(0, 4096)) },
    ])
    expect(intake.units.flatMap(({ incoming }) => incoming)).toHaveLength(1)
    http.cut()
  })

  it('is not the packet of 1 MB that a broker takes by default', async () => {
    const intake = recordingIntake()
    await start(intake)
    const payload_b64 = Buffer.alloc(1_048_576, 0xff).toString('base64')

    expect((await server.post('emqx5', { ...MESSAGE, payload_b64 })).status).toBe(204)
    expect(intake.units.map(({ incoming }) => incoming.length)).toEqual([1])
  })

  it('is told in the log without a word of what came', async () => {
    await start(recordingIntake())

    await server.post('emqx5', '{"payload":"my secret"')

    expect(server.logged.join()).toContain('event could not be understood')
    expect(server.logged.join()).not.toContain('my secret')
  })
})

describe('an event that can not be stored now', () => {
  it('is answered at once with 429 to EMQX 5, which tries again', async () => {
    await start({ take: () => Promise.reject(new IntakeBusy('away')) })

    const { status, headers } = await server.post('emqx5', [CONNECTED, { event: 'x' }])

    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('1')
    expect(server.counted).toEqual(['emqx5 other refused', 'emqx5 connected refused'])
  })

  it('is answered with 429 when EMQX 5 has waited long enough', async () => {
    await start({ take: () => new Promise(() => {}) }, { patienceMs: 20 })

    expect((await server.post('emqx5', CONNECTED)).status).toBe(429)
  })

  it('is tried again for EMQX 4, which does not', async () => {
    let attempts = 0
    await start({
      async take() {
        if (++attempts < 4) throw new IntakeBusy('away')
      },
    })

    expect((await server.post('emqx4', samples4.client_connected)).status).toBe(204)
    expect(attempts).toBe(4)
    expect(server.counted).toEqual([])
  })

  it('is lost where EMQX 4 has waited for a second', async () => {
    await start({ take: () => Promise.reject(new IntakeBusy('away')) })
    const startedAt = performance.now()

    expect((await server.post('emqx4', samples4.client_connected)).status).toBe(503)

    expect(performance.now() - startedAt).toBeGreaterThan(990)
    expect(server.counted).toEqual(['emqx4 connected lost'])
  })

  it('is told in the log where Postgres is at fault', async () => {
    await start({ take: () => Promise.reject(new Error('connection refused')) })

    await server.post('emqx5', CONNECTED)

    expect(server.logged.join()).toContain('events could not be stored')
    expect(server.logged.join()).toContain('connection refused')
  })
})

describe('memory', () => {
  it.each([
    ['requests', { requests: 2, bytes: 1_000_000 }],
    ['bytes', { requests: 100, bytes: 2 * JSON.stringify(CONNECTED).length }],
  ])(
    'is bounded by %s that are not answered, in both dialects, and free again after',
    async (_, holdings) => {
      const intake = heldIntake()
      await start(intake, { holdings })
      const held = [server.post('emqx5', CONNECTED), server.post('emqx5', CONNECTED)]
      await intake.arrived
      await intake.arrived

      const refused = [await server.post('emqx5', CONNECTED), await server.post('emqx4', CONNECTED)]
      intake.release()

      expect(refused.map(({ status }) => status)).toEqual([429, 503])
      expect(server.counted).toEqual(['emqx5 unread refused', 'emqx4 unread lost'])
      expect((await Promise.all(held)).map(({ status }) => status)).toEqual([204, 204])
      expect((await server.post('emqx5', CONNECTED)).status).toBe(204)
    },
  )

  it('is free again of a request that broke off', async () => {
    const intake = recordingIntake()
    await start(intake, { holdings: { requests: 1, bytes: 1_000_000 } })
    const http = await openRawHttp(server.url)
    http.write('POST /emqx/5/events HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\n{"eve')
    await untilBusy()

    http.cut()
    await http.closed

    await expect.poll(async () => (await server.post('emqx5', CONNECTED)).status).toBe(204)
  })
})

describe('proof of the broker', () => {
  it.each([
    ['a wrong secret', { secrets: ['right'] }, 401],
    ['a foreign address', { allow: ['192.0.2.0/24'] }, 403],
  ])('is missing with %s: nothing is stored', async (_, proof, status) => {
    const intake = recordingIntake()
    await start(intake, { proof })

    for (const dialect of ['emqx5', 'emqx4'] as const) {
      const answer = await server.post(dialect, CONNECTED, { 'x-herald-secret': 'wrong' })
      expect([answer.status, await answer.text()]).toEqual([status, ''])
    }
    expect(intake.units).toEqual([])
    expect(server.counted).toEqual(['emqx5 unread unproven', 'emqx4 unread unproven'])
  })

  it('is given with the secret', async () => {
    const intake = recordingIntake()
    await start(intake, { proof: { secrets: ['right'] } })

    const { status } = await server.post('emqx5', CONNECTED, { 'x-herald-secret': 'right' })

    expect(status).toBe(204)
    expect(intake.units).toHaveLength(1)
  })
})

async function start(intake: EventIntake, options: Partial<EventServerOptions> = {}) {
  server = await startEventServer(() => ({ intake, ...options }))
}

function recordingIntake() {
  const units: EventUnit[] = []
  return {
    units,
    async take(unit: EventUnit) {
      units.push(unit)
    },
  }
}

/** Holds what it is given until it is told otherwise; `arrived` is the arrival of the next. */
function heldIntake() {
  const gate = Promise.withResolvers<void>()
  const arrivals: PromiseWithResolvers<void>[] = []
  const arrival = (index: number) => (arrivals[index] ??= Promise.withResolvers<void>())
  let taken = 0
  let awaited = 0
  return {
    release: gate.resolve,
    get arrived() {
      return arrival(awaited++).promise
    },
    async take() {
      arrival(taken++).resolve()
      await gate.promise
    },
  }
}

/** Resolves when the door has no room left. */
async function untilBusy(): Promise<void> {
  await expect.poll(async () => (await server.post('emqx5', CONNECTED)).status).toBe(429)
}

function post(body: string): string {
  const head = `POST /emqx/5/events HTTP/1.1\r\nhost: h\r\ncontent-length: ${Buffer.byteLength(body)}`
  return `${head}\r\n\r\n${body}`
}
