import { Command } from 'commander'
import type { Diagnosis } from '../core/doctor/diagnose.ts'
import { StartFault } from '../core/start-fault.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { readHeraldUrl } from './herald-url.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface Options {
  readonly heraldUrl?: string
  readonly patience: number
  readonly json?: true
}

const PATIENCE_MS = 10_000

export function doctorCommand(doors: Doors): Command {
  const command = new Command('doctor')
    .description('say what is wrong with broker, PostgreSQL, providers and settings; 1 if anything')
    .option('--herald-url <url>', 'where the broker should reach Herald', readHeraldUrl)
    .option('--patience <time>', 'how long a probe may take (default: 10s)', readDuration)
    .option('--json', 'print JSON, one question a line')
  withSettings(command, doors)
  return command.action(async ({ heraldUrl, patience = PATIENCE_MS, json }: Options) => {
    const asked = { heraldUrl, probePatienceMs: patience }
    const diagnoses = await doors.consultDoctor(flagsOf(command), asked)
    if (json) for (const diagnosis of diagnoses) print(command, JSON.stringify(diagnosis))
    else tell(command, diagnoses)
    const wrong = diagnoses.flatMap(({ findings }) => findings).length
    if (wrong > 0) throw new StartFault(wrong === 1 ? 'One thing is wrong.' : `Wrong: ${wrong}.`)
  })
}

function tell(command: Command, diagnoses: readonly Diagnosis[]): void {
  for (const { check, findings } of diagnoses) {
    for (const { sentence, fix } of findings) print(command, `${check}: ${sentence}\n  ${fix}\n`)
  }
  const named = (wanted: Diagnosis['result']) =>
    diagnoses.filter(({ result }) => result === wanted).map(({ check }) => check)
  const unknown = named('unknown')
  print(command, `Well: ${named('well').join(', ') || 'nothing'}.`)
  if (unknown.length === 0) return
  const whys = [...new Set(diagnoses.flatMap(({ why }) => why ?? []))].join('; ')
  const because = whys || 'what is wrong is in the way'
  print(command, `Not looked at, because ${because}: ${unknown.join(', ')}.`)
}
