import { Command } from 'commander'
import type { Diagnosis } from '../core/doctor/diagnose.ts'
import { StartFault } from '../core/start-fault.ts'
import { brokerFlagsOf, heraldUrlIn, withBroker } from './broker-options.ts'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { withSettings } from './setting-options.ts'

interface DoctorOptions {
  readonly heraldUrl?: string
  readonly json?: boolean
}

export function doctorCommand(doors: Doors): Command {
  const command = new Command('doctor').description(
    'ask broker, PostgreSQL, providers and Herald itself what is wrong, and how to mend it',
  )
  withBroker(command)
    .option('--herald-url <url>', 'where the broker has to reach Herald')
    .option('--json', 'print JSON, one question a line')
  withSettings(command, doors)
  return command.action(async (options: DoctorOptions) => {
    const heraldUrl = heraldUrlIn(options.heraldUrl)
    const diagnoses = await doors.consultDoctor(brokerFlagsOf(command), heraldUrl)
    if (options.json) for (const one of diagnoses) print(command, JSON.stringify(one))
    else for (const line of linesOf(diagnoses)) print(command, line)
    const wrong = diagnoses.filter(({ result }) => result === 'wrong')
    if (wrong.length === 0) return
    throw new StartFault(`Not well: ${wrong.map(({ check }) => check).join(', ')}.`)
  })
}

/** What could not be asked is told in a line for each reason. */
function linesOf(diagnoses: readonly Diagnosis[]): readonly string[] {
  const unknown = diagnoses.filter(({ result }) => result === 'unknown')
  const byReason = Map.groupBy(unknown, ({ why = 'what is wrong is in the way' }) => why)
  return [
    ...diagnoses.filter((one) => !unknown.includes(one)).map(words),
    ...[...byReason].map(
      ([why, all]) => `?  Not looked at, for ${why}: ${all.map(({ check }) => check).join(', ')}`,
    ),
  ]
}

function words({ check, question, result, findings }: Diagnosis): string {
  const head = `${result === 'wrong' ? 'NO' : 'ok'} ${question} (${check})`
  const lines = findings.flatMap(({ sentence, fix }) => [`     ${sentence}`, `     ${fix}`])
  return [head, ...lines].join('\n')
}
