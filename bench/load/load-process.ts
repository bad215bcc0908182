import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Value } from 'typebox/value'
import { type LoadPlan, LoadReply, type LoadResult } from './load-plan.ts'

/** A load in a process of its own, so that it shares no thread with what it measures. */
export interface LoadProcess {
  /** One at a time. */
  run(plan: LoadPlan): Promise<LoadResult>
  close(): Promise<void>
}

const WORKER = fileURLToPath(new URL('load-worker.ts', import.meta.url))

export function startLoadProcess(): LoadProcess {
  const child = fork(WORKER)
  return {
    async run(plan) {
      const answer = nextMessage(child)
      child.send(plan)
      const reply = Value.Parse(LoadReply, await answer)
      if (reply.kind === 'failed') throw new Error(`the load failed: ${reply.message}`)
      return reply.result
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the load process ended'))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}
