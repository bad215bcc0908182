import { pino } from 'pino'
import { type BrokerProofSettings, createBrokerProof } from '../../src/broker/broker-proof.ts'
import { createEventHoldings, type HoldingsMax } from '../../src/broker/events/event-holdings.ts'
import { emqx4EventRoutes, emqx5EventRoutes } from '../../src/broker/events/event-routes.ts'
import type { EventIntake } from '../../src/core/events/event-intake.ts'
import type { EventMeter } from '../../src/core/ports/event-ports.ts'
import { createApp } from '../../src/http/app.ts'

export interface EventServerOptions {
  readonly intake: EventIntake
  readonly proof?: Partial<BrokerProofSettings>
  readonly holdings?: HoldingsMax
  readonly patienceMs?: number
}

export interface EventServer {
  readonly url: string
  /** What the doors have counted, as `emqx5 connected stored`. */
  readonly counted: readonly string[]
  readonly logged: readonly string[]
  readonly meter: EventMeter
  post(
    dialect: 'emqx4' | 'emqx5',
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  close(): Promise<void>
}

/** The doors for events on a port of their own, before an intake that a test chooses. */
export async function startEventServer(
  makeOptions: (meter: EventMeter) => EventServerOptions,
): Promise<EventServer> {
  const counted: string[] = []
  const logged: string[] = []
  const meter: EventMeter = {
    counted(dialect, event, result, count = 1) {
      for (let index = 0; index < count; index++) counted.push(`${dialect} ${event} ${result}`)
    },
    batchStored() {},
  }
  const { intake, proof, holdings, patienceMs = 2_000 } = makeOptions(meter)
  const app = createApp(pino({}, { write: (line) => void logged.push(line) }))
  const options = {
    intake,
    meter,
    proof: createBrokerProof({ secrets: [], allow: [], ...proof }),
    holdings: createEventHoldings(holdings ?? { requests: 1_000, bytes: 67_108_864 }),
  }
  const emqx4 = { payloadEncoding: 'base64', now: () => Date.now() } as const
  await app.register(emqx5EventRoutes, { ...options, patienceMs, prefix: '/emqx/5' })
  await app.register(emqx4EventRoutes, { ...options, ...emqx4, prefix: '/emqx/4' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    counted,
    logged,
    meter,
    post: (dialect, body, headers = {}) =>
      fetch(`${url}/emqx/${dialect === 'emqx5' ? 5 : 4}/events`, {
        method: 'POST',
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: () => app.close(),
  }
}
