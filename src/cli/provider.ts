import { Command } from 'commander'
import type { CheckedProvider } from '../core/delivery/check-providers.ts'
import type { SendLimits } from '../core/delivery/send-limits.ts'
import { StartFault } from '../core/start-fault.ts'
import type { Doors, ListedProvider } from './doors.ts'
import { type Column, report, reportList } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

export function providerCommand(doors: Doors): Command {
  return new Command('provider')
    .description('who carries notifications')
    .addCommand(listCommand(doors))
    .addCommand(checkCommand(doors))
    .addCommand(vapidCommand(doors))
}

const COLUMNS: readonly Column<ListedProvider>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'KIND', text: ({ kind }) => kind },
  { title: 'CHANNELS', text: ({ channels }) => channels.join(',') },
  { title: 'APPS', text: ({ apps }) => apps.join(',') || undefined },
  { title: 'LIMITS', text: ({ limits }) => limitWords(limits) },
]

function listCommand(doors: Doors): Command {
  const command = new Command('list')
    .description('list the providers that addresses can name')
    .option('--json', 'print JSON, one provider a line')
  withSettings(command, doors)
  return command.action(async () => {
    const items = doors.listProviders(flagsOf(command))
    await reportList(command, COLUMNS, async () => ({ items, next: undefined }))
  })
}

function vapidCommand(doors: Doors): Command {
  const command = new Command('vapid').description(
    'make a key pair for Web Push; keep it, subscriptions belong to it',
  )
  return command.option('--json', 'print JSON').action(() => {
    const keys = doors.makeVapidKeys()
    const { publicKey, privateKey } = keys
    report(command, `publicKey ${publicKey}\nprivateKey ${privateKey}`, keys)
  })
}

function limitWords({ perSecond, perAddressPerHour, perUserPerDay, perDay }: SendLimits) {
  const words = [
    ...(perSecond === undefined ? [] : [`${perSecond}/s`]),
    ...(perAddressPerHour === undefined ? [] : [`${perAddressPerHour}/h an address`]),
    ...(perUserPerDay === undefined ? [] : [`${perUserPerDay}/d a user`]),
    ...(perDay === undefined ? [] : [`${perDay}/d`]),
  ]
  return words.length === 0 ? undefined : words.join(', ')
}

function checkCommand(doors: Doors): Command {
  const command = new Command('check')
    .description('ask providers whether they take our credentials; nobody is notified')
    .argument('[name]', 'one of them (default: all)')
    .option('--json', 'print JSON, one provider a line')
  withSettings(command, doors)
  return command.action(async (name: string | undefined) => {
    const checked = await doors.checkProviders(flagsOf(command), name)
    for (const one of checked) report(command, checkWords(one), { name: one.name, ...one.check })
    const refused = checked.filter(({ check }) => check.kind === 'refused')
    if (refused.length === 0) return
    throw new StartFault(`Refused: ${refused.map((one) => one.name).join(', ')}.`)
  })
}

function checkWords({ name, check }: CheckedProvider): string {
  switch (check.kind) {
    case 'proven':
      return `${name}: proven: ${check.said}`
    case 'refused':
      return `${name}: refused: ${check.problem}; ${check.remedy}`
    case 'unproven':
      return `${name}: unproven: ${check.why}`
  }
}
