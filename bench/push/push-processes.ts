import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Value } from 'typebox/value'
import { PeerReady, type SendPlan, SendReply, type SendResult } from './push-messages.ts'
import type { PeerFacts } from './vendor.ts'

const PEER = fileURLToPath(new URL('peer-process.ts', import.meta.url))
const CONTESTANT = fileURLToPath(new URL('contestant-process.ts', import.meta.url))

export interface PeerProcess {
  readonly facts: PeerFacts
  stop(): Promise<void>
}

/** A contestant in a process of its own, so that it has a heap and a processor's time for itself. */
export interface ContestantProcess {
  send(plan: SendPlan): Promise<SendResult>
  stop(): Promise<void>
}

export async function startPeer(vendor: string, latencyMs: number): Promise<PeerProcess> {
  const child = fork(PEER, [vendor, `${latencyMs}`])
  const { facts } = Value.Parse(PeerReady, await nextMessage(child))
  return { facts, stop: () => stop(child) }
}

export function startContestant(vendor: string, name: string, facts: PeerFacts): ContestantProcess {
  const child = fork(CONTESTANT, [vendor, name, JSON.stringify(facts)], {
    execArgv: ['--expose-gc'],
  })
  return {
    async send(plan) {
      const answer = nextMessage(child)
      child.send(plan)
      const reply = Value.Parse(SendReply, await answer)
      if (reply.kind === 'failed') throw new Error(`${name} failed: ${reply.message}`)
      return reply
    },
    stop: () => stop(child),
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the process ended'))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await exited
  clearTimeout(late)
}
