import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { addressCommand } from './address.ts'
import { configCommand } from './config.ts'
import { contactCommand } from './contact.ts'
import { deviceCommand } from './device.ts'
import { doctorCommand } from './doctor.ts'
import type { Doors } from './doors.ts'
import { emqxCommand } from './emqx.ts'
import { explainCommand } from './explain.ts'
import { describeFailure } from './failure.ts'
import { groupCommand } from './group.ts'
import { migrateCommand } from './migrate.ts'
import { prefsCommand } from './prefs.ts'
import { presenceCommand } from './presence.ts'
import { providerCommand } from './provider.ts'
import { pushCommand } from './push.ts'
import { readCommand } from './read.ts'
import { receiptCommand } from './receipt.ts'
import { ruleCommand } from './rule.ts'
import { seedCommand } from './seed.ts'
import { serveCommand } from './serve.ts'
import { flagsOf } from './setting-options.ts'
import { templateCommand } from './template.ts'
import { userCommand } from './user.ts'

const COMMANDS = [
  serveCommand,
  migrateCommand,
  configCommand,
  emqxCommand,
  doctorCommand,
  explainCommand,
  userCommand,
  deviceCommand,
  groupCommand,
  contactCommand,
  addressCommand,
  prefsCommand,
  presenceCommand,
  providerCommand,
  pushCommand,
  readCommand,
  receiptCommand,
  ruleCommand,
  seedCommand,
  templateCommand,
]

/** Where a program says what it has to say, and which level its environment asks for. */
export interface Terminal {
  writeOut(text: string): void
  writeErr(text: string): void
  readonly logLevel: string | undefined
}

/** Runs the command that `args` (without node and script) name and returns the exit code. */
export async function runProgram(
  args: readonly string[],
  doors: Doors,
  terminal: Terminal,
): Promise<number> {
  const program = createProgram(doors, terminal)
  let acting = program
  program.hook('preAction', (_, command) => {
    acting = command
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has said by itself what was wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode
    const failure = describeFailure(error, flagsOf(acting).HERALD_LOG_LEVEL ?? terminal.logLevel)
    terminal.writeErr(`${failure.text}\n`)
    return failure.exitCode
  }
}

function createProgram(doors: Doors, { writeOut, writeErr }: Terminal): Command {
  const program = new Command('herald')
    .description("Answers EMQX's login and topic questions, and notifies who is away.")
    .version(manifest.version)
    // A command's --version is the command's own (`emqx render`).
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut, writeErr })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
  for (const create of COMMANDS) program.addCommand(create(doors))
  inherit(program)
  return program
}

/** Commands that were made apart don't take over the program's way to write and to exit. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}
