import { Value } from 'typebox/value'
import { poolFor } from '../world/questions.ts'
import { runLoad } from './load.ts'
import { LoadPlan, type LoadReply, type QuestionsSpec } from './load-plan.ts'
import type { RequestPool } from './request-pool.ts'

/** The load's own process: takes a plan, answers with what came of it. */
const POOLS_MAX = 2
const pools = new Map<string, RequestPool>()

process.on('message', (message) => {
  void reply(message)
})
process.on('disconnect', () => process.exit(0))

async function reply(message: unknown): Promise<void> {
  try {
    const plan = Value.Parse(LoadPlan, message)
    const result = await runLoad(plan, pool(plan.questions))
    send({ kind: 'done', result })
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

function send(answer: LoadReply): void {
  process.send?.(answer)
}

/** Both servers are asked the same questions, which are made once. */
function pool(spec: QuestionsSpec): RequestPool {
  const key = JSON.stringify(spec)
  const known = pools.get(key)
  if (known !== undefined) return known
  const [oldest] = pools.keys()
  if (oldest !== undefined && pools.size >= POOLS_MAX) pools.delete(oldest)
  const made = poolFor(spec)
  pools.set(key, made)
  return made
}
