import { Command, InvalidArgumentError, Option } from 'commander'
import type { Receipt } from '../core/delivery/receipt.ts'
import type { Doors } from './doors.ts'
import { report } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface ReceiptOptions {
  readonly kind: Receipt['kind']
  readonly at?: number
  readonly reason?: string
}

const KINDS: readonly Receipt['kind'][] = ['delivered', 'opened', 'undelivered']

export function receiptCommand(doors: Doors): Command {
  const command = new Command('receipt')
    .description('note what became of a notification after its provider had accepted it')
    .argument('<ref>', 'the notification: herald.ref in what the app was sent')
    .addOption(
      new Option('--kind <kind>', 'what became of it').choices(KINDS).makeOptionMandatory(),
    )
    .option('--at <time>', 'when (default: now)', readTime)
    .option('--reason <text>', 'why it was not delivered')
    .option('--json', 'print JSON')
  withSettings(command, doors)
  return command.action(async (ref: string, { kind, at = Date.now(), reason }: ReceiptOptions) => {
    await doors.noteReceipt(flagsOf(command), { ref, kind, reason, at })
    const time = new Date(at).toISOString()
    report(command, `noted: ${kind} at ${time}`, { ref, kind, at: time, reason })
  })
}

function readTime(text: string): number {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  throw new InvalidArgumentError('That is no time: write 2026-12-24T18:00:00Z.')
}
