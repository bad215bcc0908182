import type { Check, Finding } from './check.ts'
import { EVENT_CHECKS } from './checks/event-checks.ts'
import { HERALD_CHECKS } from './checks/herald-checks.ts'
import { HOOK_CHECKS } from './checks/hook-checks.ts'
import { LOGIN_CHECKS } from './checks/login-checks.ts'
import { SESSION_CHECKS } from './checks/session-checks.ts'
import { TOPIC_CHECKS } from './checks/topic-checks.ts'
import type { Examination } from './examination.ts'

export interface Diagnosis {
  readonly check: string
  readonly question: string
  /** `unknown` where it could not be answered. */
  readonly result: 'well' | 'wrong' | 'unknown'
  readonly findings: readonly Finding[]
  /** Of what is unknown, where nothing is wrong with that. */
  readonly why?: string
}

const CHECKS: readonly Check[] = [
  ...HERALD_CHECKS,
  ...LOGIN_CHECKS,
  ...TOPIC_CHECKS,
  ...HOOK_CHECKS,
  ...EVENT_CHECKS,
  ...SESSION_CHECKS,
]

/** Puts every question to what was found out. */
export function diagnose(examination: Examination): readonly Diagnosis[] {
  return CHECKS.map(({ name, question, look }) => {
    const findings = look(examination)
    const result = findings === undefined ? 'unknown' : findings.length === 0 ? 'well' : 'wrong'
    const why = findings === undefined ? skippedBy(examination) : undefined
    const told = { check: name, question, result, findings: findings ?? [] } as const
    return why === undefined ? told : { ...told, why }
  })
}

/** What can't be answered though nothing failed is about a broker that does not tell. */
function skippedBy({ broker }: Examination): string | undefined {
  return broker.kind === 'skipped' ? broker.why : undefined
}
