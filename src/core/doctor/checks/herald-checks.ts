import { accessCheck, type Check, finding, WELL } from '../check.ts'

/** Beyond it, "recently" means something else to each of them. HTTP tells the time to the second. */
const APART_MS_MAX = 5_000

/** What some process has to do. */
const ROLES = ['hooks', 'worker', 'sweeper', 'callbacks']

export const HERALD_CHECKS: readonly Check[] = [
  accessCheck('broker', "Does the broker's management API answer?", ({ broker }) => broker),
  accessCheck('postgres', 'Does PostgreSQL answer?', ({ postgres }) => postgres),
  {
    name: 'migrations',
    question: 'Is the schema up to date?',
    look({ postgres }) {
      if (postgres.kind !== 'seen') return undefined
      const { missingMigrations } = postgres.value
      if (missingMigrations.length === 0) return WELL
      return finding(
        `The database lacks ${missingMigrations.length} migrations, the first of them ${missingMigrations[0]}.`,
        'Run "herald migrate", or start Herald.',
      )
    },
  },
  {
    name: 'roles',
    question: 'Does some process do each part?',
    look({ postgres }) {
      // Without a schema no process runs, and there is nothing else to tell.
      if (postgres.kind !== 'seen' || postgres.value.missingMigrations.length > 0) return undefined
      const idle = ROLES.filter((role) => !postgres.value.roles.includes(role))
      if (idle.length === 0) return WELL
      return finding(
        `No running Herald on this database does: ${idle.join(', ')}.`,
        'Start one with these in HERALD_ROLES.',
      )
    },
  },
  {
    name: 'clocks',
    question: 'Do all clocks tell the same time?',
    look({ broker, postgres }) {
      const clocks = [
        ...(broker.kind === 'seen' ? [{ whose: "The broker's", ms: broker.value.aheadMs }] : []),
        ...(postgres.kind === 'seen'
          ? [{ whose: "PostgreSQL's", ms: postgres.value.aheadMs }]
          : []),
      ]
      return clocks
        .filter(({ ms }) => Math.abs(ms) > APART_MS_MAX)
        .flatMap(({ whose, ms }) =>
          finding(
            `${whose} clock is ${Math.round(Math.abs(ms) / 1000)} s ${ms > 0 ? 'ahead' : 'behind'}, so tokens and sessions end at the wrong time.`,
            'Let NTP set the clocks of all machines.',
          ),
        )
    },
  },
  {
    name: 'probe',
    question: 'Does a message come back as an event?',
    look({ probe }) {
      if (probe.kind === 'skipped') return undefined
      if (probe.kind === 'failed') return finding(probe.problem, probe.remedy)
      if (probe.value.arrivedAfterMs !== undefined) return WELL
      return finding(
        `A message that was published by the broker's API has not come to PostgreSQL through Herald within ${probe.value.waitedMs / 1000} s, so nobody is notified.`,
        'See that Herald runs, and what else is found here of rules and actions; its log and rejected_events tell what it refused.',
      )
    },
  },
  {
    name: 'providers',
    question: 'Do the providers take our credentials?',
    look: ({ providers }) =>
      providers.flatMap(({ name, check }) =>
        check.kind === 'refused'
          ? finding(
              `The provider ${name} refuses us: ${check.problem}.`,
              `${capital(check.remedy)}.`,
            )
          : WELL,
      ),
  },
]

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
