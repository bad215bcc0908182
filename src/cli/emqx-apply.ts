import { Command } from 'commander'
import type { SetupReport, SetupStep } from '../core/ports/provisioning.ts'
import type { Doors, Flags } from './doors.ts'
import { readHeraldUrl } from './herald-url.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface Options {
  readonly url?: string
  readonly key?: string
  readonly heraldUrl: string
  readonly autoSubscribe: boolean
  readonly sentCopies: boolean
  readonly takeOver: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

export function applyCommand(doors: Doors): Command {
  const command = new Command('apply')
    .description('bring a running EMQX 5 or 6 to what Herald needs; says first what it changes')
    .requiredOption('--herald-url <url>', 'where the broker reaches Herald', readHeraldUrl)
    .option('--url <url>', 'its management API (default: HERALD_EMQX_API_URL)')
    .option(
      '--key <key>',
      'the API key, alone or as key:secret (default: HERALD_EMQX_API_KEY and HERALD_EMQX_API_SECRET)',
    )
    .option('--dry-run', 'say what would be changed, and change nothing', false)
    .option('--take-over', 'change what others may rely on too', false)
    .option('--no-auto-subscribe', 'leave subscriptions to clients and to Herald')
    .option('--sent-copies', 'show what a device sends to the other devices of its user', false)
    .option('--json', 'print JSON, one change a line', false)
  withSettings(command, doors)
  return command.action(async (options: Options) => {
    const apply = (takes: 'none' | 'own' | 'all') =>
      doors.applySetup(accessFlags(command, options), {
        takes,
        heraldUrl: options.heraldUrl,
        hasAutoSubscribe: options.autoSubscribe,
        hasSentCopies: options.sentCopies,
      })
    const plan = await apply('none')
    if (!options.json) tellPlan(command, plan, options.takeOver)
    const report = options.dryRun || plan.steps.length === 0 ? plan : await apply(takesOf(options))
    if (options.json) printJson(command, report)
    else tellResult(command, report, options)
  })
}

const takesOf = ({ takeOver }: Options) => (takeOver ? 'all' : 'own')

/** The settings' own flags, and the short ones of this command. */
function accessFlags(command: Command, { url, key }: Options): Flags {
  const [, name = key, secret] = /^([^:]+):(.+)$/.exec(key ?? '') ?? []
  return {
    ...flagsOf(command),
    ...(url !== undefined && { HERALD_EMQX_API_URL: url }),
    ...(name !== undefined && { HERALD_EMQX_API_KEY: name }),
    ...(secret !== undefined && { HERALD_EMQX_API_SECRET: secret }),
  }
}

function tellPlan(command: Command, { broker, steps }: SetupReport, takesOver: boolean): void {
  print(command, `${broker} is there.`)
  if (steps.length > 0) print(command, '\nTo be changed:')
  for (const step of steps) {
    print(command, `  ${step.change} ${step.what}${step.isShared && !takesOver ? ' (*)' : ''}`)
    for (const detail of step.details) print(command, `      ${detail}`)
    if (step.why !== undefined) print(command, `      ${step.why}`)
  }
  if (!takesOver && steps.some(({ isShared }) => isShared)) {
    print(command, '\n(*) Others may rely on it, so it is changed with --take-over alone.')
  }
}

function tellResult(command: Command, { steps, done }: SetupReport, { dryRun }: Options): void {
  print(command, steps.length === 0 ? 'It has all that Herald needs.' : '')
  if (steps.length === 0) return
  const left = steps.length - done.length
  const leftWords = left > 0 ? ` Left as they are: ${left} (*).` : ''
  print(command, dryRun ? 'Nothing was changed.' : `Changed: ${done.length}.${leftWords}`)
}

function printJson(command: Command, { steps, done }: SetupReport): void {
  const told = (step: SetupStep) => `${step.change} ${step.what}`
  const isDone = new Set(done.map(told))
  for (const { change, what, details, why, isShared } of steps) {
    const isIt = isDone.has(`${change} ${what}`)
    print(command, JSON.stringify({ change, what, details, why, isShared, isDone: isIt }))
  }
}
