import { Argument, Command } from 'commander'
import type { User } from '../core/directory/user.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { type PasswordOptions, readPassword, withPasswordOptions } from './password-input.ts'
import { type Column, report, reportList } from './report.ts'

export function userCommand(doors: Doors): Command {
  const user = new Command('user').description('the people who log in')
  addAdd(user, doors)
  addList(user, doors)
  addShow(user, doors)
  addRemove(user, doors)
  addRelease(user, doors)
  addSwitch(user, doors, 'disable', 'refuse all logins of a user')
  addSwitch(user, doors, 'enable', 'let a disabled user log in again')
  addPassword(user, doors)
  addPolicy(user, doors)
  addTicket(user, doors)
  return user
}

const COLUMNS: readonly Column<User>[] = [
  { title: 'UID', text: ({ uid }) => uid },
  { title: 'NAME', text: ({ displayName }) => displayName },
  { title: 'INBOX', text: ({ contactPolicy }) => contactPolicy ?? 'default' },
  { title: 'PASSWORD', text: ({ hasPassword }) => (hasPassword ? 'yes' : 'no') },
  { title: 'DISABLED', text: ({ disabledAt }) => disabledAt?.toISOString() },
  { title: 'CREATED', text: ({ createdAt }) => createdAt.toISOString() },
]

interface AddOptions extends PasswordOptions {
  readonly name?: string
  readonly contactsOnly?: true
}

function addAdd(user: Command, doors: Doors): void {
  const command = withPasswordOptions(directoryCommand(user, doors, 'add <uid>', 'add a user'))
    .option('--name <text>', 'what people call the user')
    .option('--contacts-only', "let nobody but contacts write to the user's inbox")
  command.action(async (uid: string, options: AddOptions) => {
    const password = await readPassword(options, () => process.stdin)
    const contactPolicy = options.contactsOnly === true ? ('contacts' as const) : undefined
    const added = await withDirectoryOf(command, doors, ({ users }) =>
      users.add({ uid, displayName: options.name, contactPolicy, password }),
    )
    report(command, `added user ${uid}`, added)
  })
}

function addList(user: Command, doors: Doors): void {
  const command = directoryCommand(user, doors, 'list', 'list all users')
  command.action(() =>
    withDirectoryOf(command, doors, ({ users }) => reportList(command, COLUMNS, users.list)),
  )
}

function addShow(user: Command, doors: Doors): void {
  const command = directoryCommand(user, doors, 'show <uid>', 'show one user')
  command.action(async (uid: string) => {
    const shown = await withDirectoryOf(command, doors, ({ users }) => users.show(uid))
    await reportList(command, COLUMNS, async () => ({ items: [shown], next: undefined }))
  })
}

function addRemove(user: Command, doors: Doors): void {
  const about = 'remove a user, with devices and memberships; the uid stays taken'
  const command = directoryCommand(user, doors, 'remove <uid>', about)
  command.action(async (uid: string) => {
    await withDirectoryOf(command, doors, ({ users }) => users.remove(uid))
    report(command, `removed user ${uid}`, { uid })
  })
}

function addRelease(user: Command, doors: Doors): void {
  const about = 'let the uid of a removed user be added again'
  const command = directoryCommand(user, doors, 'release <uid>', about)
  command.action(async (uid: string) => {
    await withDirectoryOf(command, doors, ({ users }) => users.release(uid))
    report(command, `released ${uid}`, { uid })
  })
}

function addSwitch(user: Command, doors: Doors, verb: 'disable' | 'enable', about: string): void {
  const command = directoryCommand(user, doors, `${verb} <uid>`, about)
  command.action(async (uid: string) => {
    const changed = await withDirectoryOf(command, doors, ({ users }) => users[verb](uid))
    report(command, `${verb}d user ${uid}`, changed)
  })
}

interface PasswordCommandOptions extends PasswordOptions {
  readonly remove?: true
}

function addPassword(user: Command, doors: Doors): void {
  const about = 'set or remove the password of a user'
  const command = withPasswordOptions(directoryCommand(user, doors, 'password <uid>', about))
  command.option('--remove', 'leave the user without a password')
  command.action(async (uid: string, options: PasswordCommandOptions) => {
    const password = await readPassword(options, () => process.stdin)
    if ((password === undefined) === (options.remove === undefined)) {
      command.error('error: give one of --password, --password-stdin and --remove')
    }
    const changed = await withDirectoryOf(command, doors, ({ users }) =>
      password === undefined ? users.removePassword(uid) : users.setPassword(uid, password),
    )
    const done = password === undefined ? 'removed' : 'set'
    report(command, `${done} the password of user ${uid}`, changed)
  })
}

function addPolicy(user: Command, doors: Doors): void {
  const about = "say who may write to a user's inbox"
  const command = directoryCommand(user, doors, 'policy <uid>', about)
  command.addArgument(new Argument('<policy>').choices(['everyone', 'contacts', 'default']))
  command.action(async (uid: string, policy: 'everyone' | 'contacts' | 'default') => {
    const changed = await withDirectoryOf(command, doors, ({ users }) =>
      users.setContactPolicy(uid, policy === 'default' ? undefined : policy),
    )
    report(command, `set the inbox of user ${uid} to ${policy}`, changed)
  })
}

interface TicketOptions {
  readonly client?: string
  readonly ttl?: number
}

function addTicket(user: Command, doors: Doors): void {
  const about = 'print an MQTT password good for a short while; needs HERALD_TICKET_SECRETS'
  const command = directoryCommand(user, doors, 'ticket <uid>', about)
    .option('--client <clientId>', 'for this device alone')
    .option('--ttl <duration>', 'how long it is good for: 90s, 10m, 2h', readDuration)
  command.action(async (uid: string, { client, ttl }: TicketOptions) => {
    const made = await withDirectoryOf(command, doors, ({ users }) =>
      users.makeTicket({ uid, clientId: client, ttlMs: ttl }),
    )
    report(command, made.ticket, made)
  })
}
