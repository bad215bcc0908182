import { composeEvents } from '../../src/compose/events.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { type ApiWorld, openApiWorld } from './api-world.ts'
import { aPublished } from './event-world.ts'

/** The REST API beside the way of an event. */
export interface RequestWorld extends ApiWorld {
  /** As the broker reports it: stored when it returns. */
  publish(topic: string, text?: string, id?: string): Promise<void>
  /** The id of the newest request that `query` finds. */
  newest(query: string): Promise<string>
  /** What is to be told, the oldest first. */
  told(): Promise<readonly { readonly topic: string; readonly payload: unknown }[]>
}

export async function openRequestWorld(
  env: Readonly<Record<string, string>> = {},
): Promise<RequestWorld> {
  const world = await openApiWorld(env)
  const { config } = loadSetup(() => ({ flags: {}, env, envFile: {} }))
  const bells = { ring: async () => {} }
  const intake = composeEvents(config, { pool: world.pool, bells, metrics: createMetrics() })
  return {
    ...world,
    async publish(topic, text = '', id = undefined) {
      const event = aPublished({
        id: id ?? crypto.randomUUID().replaceAll('-', ''),
        topic,
        payload: Buffer.from(text),
        receivedAt: Date.now(),
      })
      await intake.take({ incoming: [{ event, source: text }], rejected: [], bytes: 1 })
    },
    async newest(query) {
      const { body } = await world.call(`GET /v1/requests?${query}`)
      return body.items[0]?.id
    },
    async told() {
      const { rows } = await world.pool.query(
        'select topic, payload from announcements order by id',
      )
      return rows.map(({ topic, payload }) => ({ topic, payload: JSON.parse(payload) }))
    },
  }
}
