import { pino } from 'pino'
import { type BrokerProofSettings, createBrokerProof } from '../../src/broker/broker-proof.ts'
import { emqx4Routes, emqx5Routes } from '../../src/broker/hook-routes.ts'
import type { LoginVerdict } from '../../src/core/access/login.ts'
import type { TopicVerdict } from '../../src/core/access/topic-question.ts'
import type { Access, HookMeter } from '../../src/core/ports/hook-ports.ts'
import { createApp } from '../../src/http/app.ts'

export interface HookServerOptions {
  readonly access?: Partial<Access>
  readonly proof?: Partial<BrokerProofSettings>
  readonly deadlineMs?: number
}

/** The hooks on a port of their own, over an `Access` that a test decides about. */
export async function startHookServer({ access, proof, deadlineMs = 2_000 }: HookServerOptions) {
  const counted: string[] = []
  const logged: string[] = []
  const app = createApp(pino({}, { write: (line) => void logged.push(line) }))
  const meter: HookMeter = {
    answered(dialect, question, verdict, _durationMs, reason) {
      counted.push([dialect, question, verdict, reason].filter(Boolean).join(' '))
    },
  }
  const options = {
    access: { ...ALLOW_ALL, ...access },
    proof: createBrokerProof({ secrets: [], allow: [], ...proof }),
    meter,
    deadlineMs,
  }
  await app.register(emqx5Routes, { ...options, prefix: '/emqx/5' })
  await app.register(emqx4Routes, { ...options, prefix: '/emqx/4' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, counted, logged, close: () => app.close() }
}

const ALLOW_ALL: Access = {
  mayConnect: async (): Promise<LoginVerdict> => ({ kind: 'allow' }),
  mayUseTopic: async (): Promise<TopicVerdict> => ({ kind: 'allow' }),
}
