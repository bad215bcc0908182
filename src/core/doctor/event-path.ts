import { EVENT_CHECKS } from './checks/event-checks.ts'
import { HERALD_CHECKS } from './checks/herald-checks.ts'
import { HOOK_CHECKS } from './checks/hook-checks.ts'
import type { Examination } from './examination.ts'

/** What has to be well for a published message to become an event in PostgreSQL. */
const ON_THE_WAY = [
  'broker',
  'postgres',
  'migrations',
  'hook-secret',
  'hook-url',
  'carrier',
  'rule-missing',
  'rule-off',
]

/** Whether nothing is known that keeps a published message from coming to Herald. */
export function isEventPathWell(examination: Examination): boolean {
  return [...HERALD_CHECKS, ...HOOK_CHECKS, ...EVENT_CHECKS]
    .filter(({ name }) => ON_THE_WAY.includes(name))
    .every(({ look }) => look(examination)?.length === 0)
}
