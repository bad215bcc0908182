import { Command, Option } from 'commander'
import type { Address, NewAddress } from '../core/directory/address.ts'
import { CHANNELS, type Channel } from '../core/reach/reach-policy.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { type Column, report, reportList } from './report.ts'

export function addressCommand(doors: Doors): Command {
  const address = new Command('address').description('where notifications go')
  addAdd(address, doors)
  addList(address, doors)
  addRemove(address, doors)
  return address
}

/** Longer tokens are cut in the table; `--json` has them whole. */
const TOKEN_CHARACTERS = 32

const COLUMNS: readonly Column<Address>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'CHANNEL', text: ({ channel }) => channel },
  { title: 'PROVIDER', text: ({ provider }) => provider },
  { title: 'DEVICE', text: ({ clientId }) => clientId },
  { title: 'TOKEN', text: ({ token }) => cut(token) },
  { title: 'LOCALE', text: ({ locale }) => locale },
  { title: 'REGISTERED', text: ({ registeredAt }) => registeredAt.toISOString() },
]

interface AddOptions {
  readonly channel: Channel
  readonly provider: string
  readonly token: string
  readonly locale?: string
}

function addAdd(address: Command, doors: Doors): void {
  const about = 'let notifications go to a device (push) or a user (email, sms)'
  const command = directoryCommand(address, doors, 'add <owner>', about)
    .addOption(
      new Option('--channel <channel>', 'how they travel').choices(CHANNELS).makeOptionMandatory(),
    )
    .requiredOption('--provider <name>', 'who delivers them')
    .requiredOption('--token <text>', 'a push token, a mailbox, or a telephone number (+49…)')
    .option('--locale <tag>', 'the language there: en, zh-CN')
  command.action(async (owner: string, options: AddOptions) => {
    const added = await withDirectoryOf(command, doors, ({ addresses }) =>
      addresses.add(newAddress(owner, options)),
    )
    report(command, `added address ${added.id} of ${owner}`, added)
  })
}

function addList(address: Command, doors: Doors): void {
  const about = "list the addresses of a user and the user's devices"
  const command = directoryCommand(address, doors, 'list <uid>', about)
  command.action((uid: string) =>
    withDirectoryOf(command, doors, ({ addresses }) =>
      reportList(command, COLUMNS, (page) => addresses.list(uid, page)),
    ),
  )
}

function addRemove(address: Command, doors: Doors): void {
  const about = 'remove an address; what is on its way to it is withdrawn'
  const command = directoryCommand(address, doors, 'remove <id>', about)
  command.action(async (id: string) => {
    await withDirectoryOf(command, doors, ({ addresses }) => addresses.remove(id))
    report(command, `removed address ${id}`, { id })
  })
}

function newAddress(owner: string, { channel, provider, token, locale }: AddOptions): NewAddress {
  const details = { provider, token, locale }
  return channel === 'push'
    ? { ...details, channel, clientId: owner }
    : { ...details, channel, uid: owner }
}

function cut(token: string): string {
  return token.length > TOKEN_CHARACTERS ? `${token.slice(0, TOKEN_CHARACTERS - 1)}…` : token
}
