import { LOGIN_LINKS, type LoginLinkName } from '../../core/access/login.ts'
import { network } from '../kinds/address-kinds.ts'
import { choice, list, onOff } from '../kinds/choice-kinds.ts'
import { duration, integer } from '../kinds/number-kinds.ts'
import { secret } from '../kinds/text-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const LOGINS: Setting<readonly LoginLinkName[]> = {
  name: 'HERALD_LOGINS',
  kind: list(choice(LOGIN_LINKS), 'link'),
  help: 'The kinds of credential that are accepted',
  unset: 'all of them; `jwt` and `ticket` as soon as their settings are there',
}

export const DEVICES_MAX: DefaultedSetting<number> = {
  name: 'HERALD_DEVICES_MAX',
  kind: integer({ min: 1, max: 10_000 }),
  fallback: 10,
  help: 'Devices that a user may have',
}

export const DEVICE_SELF_REGISTRATION: DefaultedSetting<boolean> = {
  name: 'HERALD_DEVICE_SELF_REGISTRATION',
  kind: onOff,
  fallback: true,
  help: "Whether an unknown device becomes the user's own on its first login",
}

export const LOGIN_THROTTLE: DefaultedSetting<boolean> = {
  name: 'HERALD_LOGIN_THROTTLE',
  kind: onOff,
  fallback: true,
  help: 'Whether wrong passwords slow down those who send them',
}

export const PROXY_ADDRESSES: Setting<readonly string[]> = {
  name: 'HERALD_PROXY_ADDRESSES',
  kind: list(network, 'network'),
  help: 'Addresses that many clients share, so that none is slowed down for the sake of another',
  unset: 'each address stands for itself',
}

export const PASSWORD_MEMORY_SIZE: DefaultedSetting<number> = {
  name: 'HERALD_PASSWORD_MEMORY_SIZE',
  kind: integer({ min: 0, max: 10_000_000 }),
  fallback: 100_000,
  help: 'Verified passwords that are remembered, so that a reconnect is cheap; 0 for none',
}

export const PASSWORD_MEMORY_TTL: DefaultedSetting<number> = {
  name: 'HERALD_PASSWORD_MEMORY_TTL',
  kind: duration({ min: 1000, max: 30 * 86_400_000 }),
  fallback: 12 * 3_600_000,
  help: 'How long a verified password is remembered',
}

export const PASSWORD_QUEUE_MAX: DefaultedSetting<number> = {
  name: 'HERALD_PASSWORD_QUEUE_MAX',
  kind: integer({ min: 1, max: 100_000 }),
  fallback: 256,
  help: 'Passwords that wait for argon2, at most; further logins are told to come back',
}

export const TICKET_SECRETS: Setting<readonly string[]> = {
  name: 'HERALD_TICKET_SECRETS',
  // RFC 7518 §3.2: a key for HMAC with SHA-256 is at least as long as the hash.
  kind: list(secret({ bytesMin: 32 }), 'secret'),
  help: 'What login tickets are signed with: the first signs, all of them verify',
  unset: 'there are no tickets',
}

export const TICKET_TTL: DefaultedSetting<number> = {
  name: 'HERALD_TICKET_TTL',
  kind: duration({ min: 10_000, max: 86_400_000 }),
  fallback: 600_000,
  help: 'How long a login ticket is good for',
}
