import { Command } from 'commander'
import type { Device } from '../core/directory/device.ts'
import type { DeviceWithSecret } from '../core/directory/devices.ts'
import {
  SUBSCRIPTION_PROFILES,
  type SubscriptionProfile,
} from '../core/subscriptions/subscription-profile.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { print } from './print.ts'
import { type Column, report, reportList } from './report.ts'

export function deviceCommand(doors: Doors): Command {
  const device = new Command('device').description("users' devices: MQTT client ids and secrets")
  addAdd(device, doors)
  addList(device, doors)
  addRemove(device, doors)
  addSwitch(device, doors, 'revoke', 'refuse all logins of a device')
  addSwitch(device, doors, 'restore', 'let a revoked device log in again')
  addSecret(device, doors)
  addWithdraw(device, doors)
  addProfile(device, doors)
  return device
}

const COLUMNS: readonly Column<Device>[] = [
  { title: 'CLIENT ID', text: ({ clientId }) => clientId },
  { title: 'APP', text: ({ app }) => app },
  { title: 'PLATFORM', text: ({ platform }) => platform },
  { title: 'PROFILE', text: ({ subscriptionProfile }) => subscriptionProfile },
  { title: 'ADDED BY', text: ({ selfRegistered }) => (selfRegistered ? 'login' : 'admin') },
  { title: 'SECRETS', text: ({ secretCount }) => String(secretCount) },
  { title: 'REVOKED', text: ({ revokedAt }) => revokedAt?.toISOString() },
  { title: 'CREATED', text: ({ createdAt }) => createdAt.toISOString() },
]

interface AddOptions {
  readonly app?: string
  readonly platform?: string
}

function addAdd(device: Command, doors: Doors): void {
  const about = 'add a device and print its secret, this once'
  const command = directoryCommand(device, doors, 'add <uid> <clientId>', about)
    .option('--app <text>', 'the app on it')
    .option('--platform <text>', 'ios, android, web …')
  command.action(async (uid: string, clientId: string, { app, platform }: AddOptions) => {
    const added = await withDirectoryOf(command, doors, ({ devices }) =>
      devices.add({ uid, clientId, app, platform }),
    )
    reportSecret(command, added)
  })
}

function addList(device: Command, doors: Doors): void {
  const command = directoryCommand(device, doors, 'list <uid>', "list a user's devices")
  command.action((uid: string) =>
    withDirectoryOf(command, doors, ({ devices }) =>
      reportList(command, COLUMNS, (page) => devices.list(uid, page)),
    ),
  )
}

function addRemove(device: Command, doors: Doors): void {
  const command = directoryCommand(device, doors, 'remove <clientId>', 'remove a device')
  command.action(async (clientId: string) => {
    await withDirectoryOf(command, doors, ({ devices }) => devices.remove(clientId))
    report(command, `removed device ${clientId}`, { clientId })
  })
}

function addSwitch(device: Command, doors: Doors, verb: 'revoke' | 'restore', about: string): void {
  const command = directoryCommand(device, doors, `${verb} <clientId>`, about)
  command.action(async (clientId: string) => {
    const changed = await withDirectoryOf(command, doors, ({ devices }) => devices[verb](clientId))
    report(command, `${verb}d device ${clientId}`, changed)
  })
}

function addSecret(device: Command, doors: Doors): void {
  const about = 'print a new secret for a device; the old ones stay valid until withdrawn'
  const command = directoryCommand(device, doors, 'secret <clientId>', about)
  command.option('--old-for <duration>', 'let the old ones end after: 10m, 2h, 7d', readDuration)
  command.action(async (clientId: string, { oldFor }: { readonly oldFor?: number }) => {
    const oldValidUntil = oldFor === undefined ? undefined : new Date(Date.now() + oldFor)
    const added = await withDirectoryOf(command, doors, ({ devices }) =>
      devices.addSecret(clientId, { oldValidUntil }),
    )
    reportSecret(command, added)
  })
}

function addWithdraw(device: Command, doors: Doors): void {
  const about = 'make the secrets of a device worthless'
  const command = directoryCommand(device, doors, 'withdraw <clientId>', about)
  command.option('--keep-newest', 'all but the newest')
  command.action(async (clientId: string, { keepNewest }: { readonly keepNewest?: true }) => {
    const which = keepNewest === true ? 'all-but-newest' : 'all'
    const withdrawn = await withDirectoryOf(command, doors, ({ devices }) =>
      devices.withdrawSecrets(clientId, which),
    )
    report(command, `withdrew ${withdrawn} of the secrets of ${clientId}`, { clientId, withdrawn })
  })
}

function addProfile(device: Command, doors: Doors): void {
  const about =
    'say what a device is subscribed to without asking: all, direct messages, or nothing'
  const command = directoryCommand(device, doors, 'profile <clientId>', about)
  command.addArgument(command.createArgument('<profile>').choices(SUBSCRIPTION_PROFILES))
  command.action(async (clientId: string, profile: SubscriptionProfile) => {
    const changed = await withDirectoryOf(command, doors, ({ devices }) =>
      devices.setProfile(clientId, profile),
    )
    report(command, `device ${clientId} has the profile ${profile}`, changed)
  })
}

/** The secret alone on the last line, for `| tail -1`. */
function reportSecret(command: Command, { device, secret }: DeviceWithSecret): void {
  const { uid, clientId } = device
  const sentence = `device ${clientId} of ${uid} logs in with this secret, which is not kept here:`
  report(command, sentence, { ...device, secret })
  if (command.getOptionValue('json') !== true) print(command, secret)
}
