import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { BenchTools } from './bench.ts'
import { deliveriesSettled } from './delivery-rows.ts'
import type { Finding } from './events-send-delay.ts'
import { createLatencies, type Latencies } from './load/latencies.ts'
import { formatNumber } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'
import { eventRequest, messageId } from './world/event-requests.ts'
import { HOOK_SECRET } from './world/questions.ts'
import { createRandom } from './world/random.ts'
import { createWorld } from './world/world.ts'

const PER_SECOND = 100
const SEED = 778
const DRAIN_MS = 30_000

/** How long after its publication a message is with the stub, where little else is going on. */
export async function measureStubLatency(
  tools: BenchTools,
  herald: ServerProcess,
  stubFile: string,
): Promise<Finding> {
  const seconds = tools.options.isQuick ? 2 : 8
  tools.say(`${PER_SECOND} messages a second, for ${seconds} s`)
  const publishedAt = await publish(tools, herald, seconds * PER_SECOND)
  await deliveriesSettled(tools.world, DRAIN_MS)
  const latencies = await latenciesOf(stubFile, publishedAt)
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => latencies.percentile(share))
  return {
    table: {
      title: `From publish to stub at ${PER_SECOND} messages a second`,
      head: ['messages', 'p50 ms', 'p99 ms', 'max ms'],
      rows: [[publishedAt.size, p50, p99, max].map(formatNumber)],
    },
    figures: { 'stub-p50-ms': p50 ?? Number.NaN, 'stub-p99-ms': p99 ?? Number.NaN },
  }
}

/** Sends messages at a steady rate, whether or not earlier ones are answered; when each was, by id. */
async function publish(
  { options }: BenchTools,
  { port }: ServerProcess,
  count: number,
): Promise<ReadonlyMap<string, number>> {
  const world = createWorld(options.scale)
  const random = createRandom(SEED)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const start = Date.now()
  const publishedAt = new Map<string, number>()
  const answers: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    await pause(Math.max(0, start + (index * 1_000) / PER_SECOND - Date.now()))
    const number = { seed: SEED, at: Date.now(), index }
    const { fields } = eventRequest('direct-message', world, random, number)
    publishedAt.set(messageId(number).toLowerCase(), number.at)
    answers.push(post(agent, port, JSON.stringify(fields)))
  }
  await Promise.all(answers)
  agent.destroy()
  return publishedAt
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-herald-secret': HOOK_SECRET }
    const options = { agent, port, host: '127.0.0.1', path: '/emqx/5/events', method: 'POST' }
    const outgoing = request({ ...options, headers }, (response) => {
      response.resume()
      if ((response.statusCode ?? 0) < 300) response.once('end', resolve)
      else reject(new Error(`${response.statusCode} to an event`))
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

interface StubLine {
  readonly at: number
  readonly notification: { readonly messageId: string }
}

/** Of the first notification of each message that the stub has seen. */
async function latenciesOf(
  stubFile: string,
  publishedAt: ReadonlyMap<string, number>,
): Promise<Latencies> {
  const latencies = createLatencies()
  const seen = new Set<string>()
  for (const line of (await readFile(stubFile, 'utf8')).split('\n')) {
    if (line === '') continue
    const { at, notification }: StubLine = JSON.parse(line)
    const sentAt = publishedAt.get(notification.messageId)
    if (sentAt === undefined || seen.has(notification.messageId)) continue
    seen.add(notification.messageId)
    latencies.record(at - sentAt)
  }
  if (seen.size < publishedAt.size * 0.95) {
    throw new Error(`the stub saw ${seen.size} of ${publishedAt.size} messages`)
  }
  return latencies
}
