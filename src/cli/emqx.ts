import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { SetupChoices, SetupReport, SetupStep } from '../core/ports/provisioning.ts'
import { StartFault } from '../core/start-fault.ts'
import { brokerFlagsOf, heraldUrlIn, withBroker } from './broker-options.ts'
import type { ApplyRequest, Doors } from './doors.ts'
import { print } from './print.ts'
import { withSettings } from './setting-options.ts'

export function emqxCommand(doors: Doors): Command {
  return new Command('emqx')
    .description('how the broker is set up')
    .addCommand(renderCommand(doors))
    .addCommand(applyCommand(doors))
}

interface ChoiceOptions {
  readonly acks: boolean
  readonly autoSubscribe: boolean
  readonly sentCopies?: boolean
  readonly heraldUrl?: string
}

function withChoices(command: Command): Command {
  return command
    .option('--herald-url <url>', 'where the broker reaches Herald')
    .option('--no-acks', 'report no acknowledgements: for who has set HERALD_LATE_PUSH=off')
    .option('--no-auto-subscribe', 'leave it to clients and to Herald to subscribe them')
    .option(
      '--sent-copies',
      "show what one device sends to the user's others (user/{from}/sent/{to})",
    )
}

function choicesOf({ acks, autoSubscribe, sentCopies = false }: ChoiceOptions): SetupChoices {
  return { hasAcks: acks, hasAutoSubscribe: autoSubscribe, hasSentCopies: sentCopies }
}

interface RenderOptions extends ChoiceOptions {
  readonly version: string
  readonly output?: string
}

function renderCommand(doors: Doors): Command {
  const command = new Command('render').description('write the files that set a broker up')
  const version = new Option('--version <version>', 'of the broker: 5.8 stands for 5.4 and later')
  command
    .addOption(version.choices(doors.brokerForms).default('5.8'))
    .option('--output <folder>', 'write them there (default: print them)')
  withChoices(command)
  return command.action(({ version: form, output, ...options }: RenderOptions) => {
    const heraldUrl = heraldUrlIn(options.heraldUrl) ?? 'http://herald:8080'
    const files = doors.renderBroker({ form, heraldUrl, ...choicesOf(options) })
    for (const { name, text } of files) {
      if (output === undefined) print(command, `# ${name}\n\n${text}`)
      else print(command, writeTo(output, name, text))
    }
  })
}

function writeTo(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
    return path
  } catch (cause) {
    throw new StartFault(`${path} can't be written: choose another --output.`, { cause })
  }
}

interface ApplyOptions extends ChoiceOptions {
  readonly dryRun?: boolean
  readonly takeOver?: boolean
  readonly json?: boolean
}

function applyCommand(doors: Doors): Command {
  const command = new Command('apply').description(
    'say what a running EMQX 5 or 6 lacks of what Herald needs, and change it',
  )
  withBroker(command)
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--take-over', 'change what is not Herald’s own, too')
    .option('--json', 'print JSON')
  withChoices(command)
  withSettings(command, doors)
  return command.action(async (options: ApplyOptions) => {
    const takes = options.dryRun ? 'none' : options.takeOver ? 'all' : 'own'
    const heraldUrl = heraldUrlIn(options.heraldUrl)
    const request = { heraldUrl, choices: choicesOf(options), takes } as const
    const flags = brokerFlagsOf(command)
    const plan = await doors.applySetup(flags, { ...request, takes: 'none' })
    if (!options.json) print(command, planWords(plan, takes))
    const hasWork = takes !== 'none' && plan.steps.length > 0
    const report = hasWork ? await doors.applySetup(flags, request) : plan
    if (options.json) print(command, JSON.stringify(report))
    else if (report.steps.length > 0) print(command, resultWords(report))
    const left = report.steps.filter((step) => !report.done.includes(step))
    if (left.length === 0 || options.dryRun) return
    throw new StartFault(LEFT)
  })
}

const LEFT =
  'What others may rely on was left as it is, and Herald is not safe until it is changed: run it again with --take-over, or change it yourself.'

const SIGNS = { add: '+', change: '~', move: '^', remove: '-' } as const

function planWords({ broker, steps }: SetupReport, takes: ApplyRequest['takes']): string {
  if (steps.length === 0) return `${broker}: nothing to do.`
  return [`${broker}:`, ...steps.flatMap((step) => stepWords(step, takes))].join('\n')
}

function resultWords({ steps, done }: SetupReport): string {
  return done.length === 0 ? 'Nothing was changed.' : `${done.length} of ${steps.length} done.`
}

function stepWords(step: SetupStep, takes: ApplyRequest['takes']): readonly string[] {
  const { change, what, details, why, isShared } = step
  const state = isShared && takes !== 'all' ? ' (not Herald’s own: takes --take-over)' : ''
  return [
    `  ${SIGNS[change]} ${change} ${what}${state}`,
    ...(isShared && why !== undefined ? [`      ${why}`] : []),
    ...details.map((detail) => `      ${detail}`),
  ]
}
