import type { QuestionsSpec } from '../load/load-plan.ts'
import {
  createRequestPool,
  EXPECT,
  type PooledRequest,
  type RequestPool,
} from '../load/request-pool.ts'
import { eventRequest, isEventKind } from './event-requests.ts'
import { loginQuestion } from './login-questions.ts'
import { createRandom } from './random.ts'
import { topicQuestion } from './topic-questions.ts'
import { createWorld } from './world.ts'

/** What the broker proves itself with in a bench. */
export const HOOK_SECRET = 'bench-hook-secret-of-no-value'

/** Makes the questions of a spec, always the same ones. */
export function poolFor(spec: QuestionsSpec): RequestPool {
  return createRequestPool(spec.count, { path: pathOf(spec), secret: HOOK_SECRET }, asker(spec))
}

/** Asks a server the first question of a spec to which the answer is yes, and returns that answer. */
export async function yesTo(spec: QuestionsSpec, port: number): Promise<string> {
  const ask = asker(spec)
  for (let index = 0; ; index++) {
    const { fields, expected } = ask(index)
    if (expected !== EXPECT.allow) continue
    const response = await post(spec, port, fields)
    const answer = await response.text()
    if (response.ok && answer.startsWith('{"result":"allow"')) return answer
    throw new Error(`${response.status} ${answer} to ${JSON.stringify(fields)}`)
  }
}

/** Has a server store the first event of a spec, and returns its answer. */
export async function answerTo(spec: QuestionsSpec, port: number): Promise<string> {
  const { fields } = asker(spec)(0)
  const response = await post(spec, port, fields)
  if (response.ok) return await response.text()
  throw new Error(`${response.status} ${await response.text()} to ${JSON.stringify(fields)}`)
}

async function post(spec: QuestionsSpec, port: number, fields: object): Promise<Response> {
  return await fetch(`http://127.0.0.1:${port}${pathOf(spec)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-herald-secret': HOOK_SECRET },
    body: JSON.stringify(fields),
  })
}

function pathOf({ kind }: QuestionsSpec): string {
  if (isEventKind(kind)) return '/emqx/5/events'
  return kind === 'topic' ? '/emqx/5/topic' : '/emqx/5/connect'
}

function asker(spec: QuestionsSpec): (index: number) => PooledRequest {
  const { kind, scale, seed } = spec
  const world = createWorld(scale)
  const random = createRandom(seed)
  if (isEventKind(kind)) return (index) => eventRequest(kind, world, random, { ...spec, index })
  if (kind === 'topic') return () => topicQuestion(world, random)
  return (index) => loginQuestion(kind, world, random, index)
}
