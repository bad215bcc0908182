import { Argument, Command, InvalidArgumentError } from 'commander'
import type { ApiKey, ApiKeyWithSecret } from '../core/admin/api-key.ts'
import { isScope, KEY_ROLES, type KeyRole, type Scope } from '../core/admin/scopes.ts'
import { directoryCommand } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { type Column, report, reportList } from './report.ts'
import { flagsOf } from './setting-options.ts'

export function keyCommand(doors: Doors): Command {
  const key = new Command('key').description('keys to the REST API')
  addCreate(key, doors)
  addList(key, doors)
  addRotate(key, doors)
  addRemove(key, doors)
  return key
}

const COLUMNS: readonly Column<ApiKey>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'ROLE', text: ({ role }) => role },
  { title: 'SCOPES', text: ({ scopes }) => scopes?.join(',') },
  { title: 'EXPIRES', text: ({ expiresAt }) => expiresAt?.toISOString() },
  { title: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt?.toISOString() },
  { title: 'REPLACED BY', text: ({ replacedBy }) => replacedBy },
]

interface CreateOptions {
  readonly scopes?: readonly Scope[]
  readonly expiresIn?: number
}

function addCreate(parent: Command, doors: Doors): void {
  const command = directoryCommand(parent, doors, 'create', 'make a key; it is shown this once')
    .argument('<name>', 'what it is for, in your words')
    .addArgument(new Argument('<role>', 'what it may do').choices(KEY_ROLES))
    .option('--scopes <list>', 'narrow it to these, such as users:read,groups:write', readScopes)
    .option('--expires-in <duration>', 'when it ends, such as 90d; never if left out', readDuration)
  command.action(async (name: string, role: KeyRole, { scopes, expiresIn }: CreateOptions) => {
    const expiresAt = expiresIn === undefined ? undefined : new Date(Date.now() + expiresIn)
    const made = await doors.withApiKeys(flagsOf(command), (keys) =>
      keys.add({ name, role, scopes, expiresAt }),
    )
    tell(command, made)
  })
}

function addList(parent: Command, doors: Doors): void {
  const command = directoryCommand(parent, doors, 'list', 'list all keys, without their secrets')
  command.action(() =>
    doors.withApiKeys(flagsOf(command), ({ list }) => reportList(command, COLUMNS, list)),
  )
}

interface RotateOptions {
  readonly overlap: number
}

const DAY_MS = 86_400_000

function addRotate(parent: Command, doors: Doors): void {
  const about = 'make a key of the same rights and have the old one end soon'
  const command = directoryCommand(parent, doors, 'rotate <id>', about).option(
    '--overlap <duration>',
    'how long the old one is still good',
    readDuration,
    DAY_MS,
  )
  command.action(async (id: string, { overlap }: RotateOptions) => {
    const oldValidUntil = new Date(Date.now() + overlap)
    const made = await doors.withApiKeys(flagsOf(command), (keys) => keys.rotate(id, oldValidUntil))
    tell(command, made)
  })
}

function addRemove(parent: Command, doors: Doors): void {
  const command = directoryCommand(parent, doors, 'remove <id>', 'withdraw a key now')
  command.action(async (id: string) => {
    await doors.withApiKeys(flagsOf(command), (keys) => keys.remove(id))
    report(command, `removed key ${id}`, { id })
  })
}

function tell(command: Command, { key, secret }: ApiKeyWithSecret): void {
  report(command, secret, { ...key, key: secret })
}

function readScopes(text: string): readonly Scope[] {
  return text.split(',').map((scope) => {
    if (isScope(scope)) return scope
    throw new InvalidArgumentError(`There is no scope "${scope}"; one looks like users:read.`)
  })
}
