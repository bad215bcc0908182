import { Command } from 'commander'
import type { PushTest } from '../core/delivery/push-test.ts'
import type { SendOutcome } from '../core/delivery/send-outcome.ts'
import type { ProviderRequest } from '../core/ports/provider.ts'
import { StartFault } from '../core/start-fault.ts'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { report } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

export function pushCommand(doors: Doors): Command {
  return new Command('push').description('notify somebody by hand').addCommand(testCommand(doors))
}

interface TestOptions {
  readonly uid: string
  readonly provider?: string
  readonly dryRun?: true
  readonly json?: true
}

function testCommand(doors: Doors): Command {
  const command = new Command('test')
    .description('send one notification to each address of a user, past the queue')
    .requiredOption('--uid <uid>', 'the user')
    .option('--provider <name>', 'only addresses of this provider')
    .option('--dry-run', 'print what would be sent, to the letter, and send nothing')
    .option('--json', 'print JSON, one address a line')
  withSettings(command, doors)
  return command.action(async ({ uid, provider, dryRun }: TestOptions) => {
    const request = { uid, provider, isDry: dryRun === true }
    const tests = await doors.testPush(flagsOf(command), request)
    for (const test of tests) tell(command, test)
    const failed = tests.filter(isFailed)
    if (failed.length > 0)
      throw new StartFault(`Not accepted: ${failed.length} of ${tests.length}.`)
  })
}

function tell(command: Command, { address, result }: PushTest): void {
  const { id, channel, provider } = address
  const sentence = `address ${id}, ${channel} by ${provider}: ${wordsOf(result)}`
  report(command, sentence, { address: id, channel, provider, ...result })
  if (result.kind !== 'preview' || command.getOptionValue('json') === true) return
  printRequest(command, result.request)
}

function wordsOf(result: PushTest['result']): string {
  switch (result.kind) {
    case 'unconfigured':
      return 'no such provider is configured'
    case 'called':
      return `${outcomeWords(result.outcome)}; ref ${result.ref}`
    case 'preview':
      return 'would be sent:'
  }
}

/** As it goes over the wire: the target, the headers, an empty line, the body. */
function printRequest(command: Command, { target, headers, body }: ProviderRequest): void {
  print(command, target)
  for (const [name, value] of Object.entries(headers)) print(command, `${name}: ${value}`)
  print(command, '')
  print(command, body)
}

function outcomeWords(outcome: SendOutcome): string {
  if (outcome.kind === 'accepted') return `accepted as ${outcome.providerId}`
  return `${outcome.kind}: ${outcome.reason}`
}

function isFailed({ result }: PushTest): boolean {
  switch (result.kind) {
    case 'unconfigured':
      return true
    case 'preview':
      return false
    case 'called':
      return result.outcome.kind !== 'accepted'
  }
}
