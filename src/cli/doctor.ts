import { Command } from 'commander'
import type { Diagnosis } from '../core/doctor/diagnose.ts'
import { StartFault } from '../core/start-fault.ts'
import { brokerFlagsOf, heraldUrlIn, withBroker } from './broker-options.ts'
import type { Doors } from './doors.ts'
import { report } from './report.ts'
import { withSettings } from './setting-options.ts'

interface DoctorOptions {
  readonly heraldUrl?: string
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
    for (const one of diagnoses) report(command, words(one), one)
    const wrong = diagnoses.filter(({ result }) => result === 'wrong')
    if (wrong.length === 0) return
    throw new StartFault(`Not well: ${wrong.map(({ check }) => check).join(', ')}.`)
  })
}

const SIGNS = { well: 'ok', wrong: 'NO', unknown: '? ' } as const

function words({ check, question, result, findings, why }: Diagnosis): string {
  const reason = why === undefined ? '' : `: ${why}`
  const head = `${SIGNS[result]} ${question} (${check}${reason})`
  const lines = findings.flatMap(({ sentence, fix }) => [`     ${sentence}`, `     ${fix}`])
  return [head, ...lines].join('\n')
}
