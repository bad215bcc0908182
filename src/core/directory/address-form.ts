import { DomainError } from '../domain-error.ts'
import type { Channel } from '../reach/reach-policy.ts'
import { checkText } from './checks.ts'

/** As the database has it: a Web Push subscription is some 500 bytes. */
const TOKEN_BYTES_MAX = 4096
/** RFC 5321 §4.5.3.1.3: a path is at most 256 octets, two of which are its brackets. */
const MAILBOX_BYTES_MAX = 254

/** ITU-T E.164: a country code and a number, 15 digits at most. */
const TELEPHONE = /^\+[1-9]\d{6,14}$/
/** Not all that RFC 5321 allows, but no header or command of SMTP fits in. */
const MAILBOX =
  /^[^\s@"(),:;<>[\]\\]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u

/** Refuses what can be no address on `channel`. */
export function checkToken(channel: Channel, token: string): void {
  checkText('token', token, TOKEN_BYTES_MAX)
  const fault = tokenFault(channel, token)
  if (fault !== undefined) throw new DomainError('INVALID_ADDRESS', `token ${fault}`, 'token')
}

function tokenFault(channel: Channel, token: string): string | undefined {
  switch (channel) {
    case 'push':
      return undefined
    case 'sms':
      if (TELEPHONE.test(token)) return undefined
      return 'must be a telephone number with its country code, such as +4930123456'
    case 'email':
      if (MAILBOX.test(token) && Buffer.byteLength(token) <= MAILBOX_BYTES_MAX) return undefined
      return 'must be a mailbox, such as ann@example.com'
  }
}
