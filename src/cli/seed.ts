import { Command } from 'commander'
import { withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { type SeededDevice, seedWorld } from './seed-world.ts'
import { withSettings } from './setting-options.ts'

interface SeedOptions {
  readonly newSecrets?: true
  readonly json?: true
  readonly brokerHost: string
  readonly brokerPort: string
}

export function seedCommand(doors: Doors): Command {
  const command = new Command('seed')
    .description('make a small world to play with: alice, bob, carol, dave and their group')
    .option('--new-secrets', 'withdraw the secrets of an earlier run and make new ones')
    .option('--broker-host <host>', 'for the printed commands', '127.0.0.1')
    .option('--broker-port <port>', 'for the printed commands', '1883')
    .option('--json', 'print JSON, one device a line')
  withSettings(command, doors)
  return command.action(async (options: SeedOptions) => {
    const secrets = options.newSecrets === true ? 'renew' : 'keep'
    const devices = await withDirectoryOf(command, doors, (directory) =>
      seedWorld(directory, secrets),
    )
    const lines =
      options.json === true
        ? devices.map((device) => JSON.stringify(device))
        : [...WORLD, ...devices.map(inWords), '', ...advice(devices, options)]
    for (const line of lines) print(command, line)
  })
}

const WORLD = [
  'alice and bob are contacts, and only contacts may write to alice.',
  'alice owns the group "friends"; bob, carol and dave are members.',
  '',
  'UID    CLIENT ID     SECRET (the MQTT password; not kept here)',
]

function inWords({ uid, clientId, secret }: SeededDevice): string {
  return `${uid.padEnd(5)}  ${clientId.padEnd(12)}  ${secret ?? 'made earlier'}`
}

function advice(devices: readonly SeededDevice[], options: SeedOptions): readonly string[] {
  if (devices.some(({ secret }) => secret === undefined)) {
    return ['Secrets made earlier can not be shown again; --new-secrets replaces them.']
  }
  const at = `-h ${options.brokerHost} -p ${options.brokerPort}`
  const login = (wanted: string) => loginOf(devices, wanted)
  return [
    'With a broker that asks Herald:',
    '',
    '# alice listens',
    `mosquitto_sub ${at} ${login('alice-phone')} -q 1 -v -t 'user/alice/#' -t 'group/friends/#'`,
    '# bob writes to alice, and to the group',
    `mosquitto_pub ${at} ${login('bob-phone')} -q 1 -t user/alice/inbox/bob -m 'hello alice'`,
    `mosquitto_pub ${at} ${login('bob-phone')} -q 1 -t group/friends/inbox/bob -m 'hello friends'`,
    '# refused: carol is not a contact of alice; dave may not write in the name of bob',
    `mosquitto_pub ${at} ${login('carol-phone')} -q 1 -t user/alice/inbox/carol -m 'hello'`,
    `mosquitto_pub ${at} ${login('dave-phone')} -q 1 -t user/alice/inbox/bob -m 'hello'`,
  ]
}

function loginOf(devices: readonly SeededDevice[], wanted: string): string {
  const device = devices.find(({ clientId }) => clientId === wanted)
  return `-i ${wanted} -u ${device?.uid} -P ${device?.secret}`
}
