/** What a mail server's "no" means to us. */
export type ReplyMeaning =
  | 'address-gone'
  /** It may be the address, or what the server thinks of us. */
  | 'address-gone-or-ours'
  | 'rejected'
  | 'unavailable'
  | 'misconfigured'

/**
 * Enhanced status codes (RFC 3463 and https://www.iana.org/assignments/smtp-enhanced-status-codes) of
 * class 5, whatever the command was. The longest beginning that is here counts.
 */
export const PERMANENT_STATUSES: Readonly<Record<string, ReplyMeaning>> = {
  // Addressing status.
  '5.1': 'address-gone-or-ours',
  '5.1.1': 'address-gone', // Bad destination mailbox address.
  '5.1.2': 'address-gone', // Bad destination system address.
  '5.1.3': 'address-gone', // Bad destination mailbox address syntax.
  '5.1.4': 'rejected', // Destination mailbox address ambiguous.
  '5.1.6': 'address-gone', // Destination mailbox has moved, no forwarding address.
  '5.1.7': 'misconfigured', // Bad sender's mailbox address syntax.
  '5.1.8': 'misconfigured', // Bad sender's system address.
  '5.1.9': 'rejected', // Message relayed to non-compliant mailer.
  '5.1.10': 'address-gone', // Recipient address has null MX (RFC 7505).
  // Mailbox status.
  '5.2': 'rejected',
  '5.2.1': 'address-gone', // Mailbox disabled, not accepting messages.
  '5.2.2': 'rejected', // Mailbox full.
  '5.2.3': 'rejected', // Message length exceeds administrative limit.
  // Mail system status.
  '5.3': 'rejected',
  '5.3.4': 'rejected', // Message too big for system.
  // Network and routing status.
  '5.4': 'rejected',
  '5.4.4': 'address-gone', // Unable to route: no such domain.
  // Mail delivery protocol status: the session is at fault.
  '5.5': 'rejected',
  // Message content or media status.
  '5.6': 'rejected',
  // Security or policy status.
  '5.7': 'rejected',
  '5.7.0': 'misconfigured', // "Must issue a STARTTLS command first", "Authentication required".
  '5.7.8': 'misconfigured', // Authentication credentials invalid (RFC 4954).
  '5.7.9': 'misconfigured', // Authentication mechanism is too weak (RFC 4954).
  '5.7.11': 'misconfigured', // Encryption needed for this authentication mechanism (RFC 4954).
  '5.7.13': 'misconfigured', // User account disabled: ours (RFC 5248).
  '5.7.14': 'misconfigured', // Trust relationship required.
  '5.7.54': 'misconfigured', // Exchange: unable to relay recipient in non-accepted domain.
}

/** Commands out of order: the session was in another state than we thought (RFC 5321 §4.2.4). */
export const OUT_OF_ORDER = '503'

/**
 * How servers say that they take no mail for others from us, with 550 or 554 and 5.7.1, which they also
 * say of a single recipient. https://www.postfix.org/SMTPD_ACCESS_README.html
 */
export const RELAY_DENIED =
  /\brelay(ing)?( access)? (denied|not permitted|prohibited)|unable to relay/i

/** Commands as nodemailer names them; AUTH and what comes before MAIL are `session`. */
export type Stage = 'session' | 'MAIL FROM' | 'RCPT TO' | 'DATA'

/**
 * Reply codes (RFC 5321 §4.2.3, RFC 4954 §6, RFC 7504) without a status that says more. What speaks
 * against our session or our sender goes for every mail, so it is for the operator.
 */
export const PERMANENT_REPLIES: Readonly<Record<Stage, Readonly<Record<string, ReplyMeaning>>>> = {
  session: {
    '5': 'misconfigured', // 530, 534, 535, 538, 554 "no SMTP service here", 521.
  },
  'MAIL FROM': {
    '552': 'rejected', // Message size exceeds fixed maximum (RFC 1870).
    '5': 'misconfigured', // 530, 550 and 553: sender refused, 555.
  },
  'RCPT TO': {
    '530': 'misconfigured',
    '550': 'address-gone-or-ours', // "Mailbox not found, no access, or rejected for policy reasons".
    '551': 'address-gone-or-ours', // User not local.
    '552': 'rejected', // Exceeded storage allocation.
    '553': 'address-gone-or-ours', // Mailbox name not allowed.
    '556': 'address-gone', // Domain does not accept mail (RFC 7504).
    '5': 'rejected',
  },
  DATA: {
    '530': 'misconfigured',
    '5': 'rejected', // 550, 552 and 554: refused for what it says, or by policy.
  },
}

/** Statuses of class 4 keep us waiting for so long (RFC 5321 §4.5.4.1 would have it 30 min). */
export const WAITS_MS = {
  /** Whoever greylists wants to see us again after some minutes. */
  busy: 300_000,
  /** Nobody answers, or somebody hangs up. */
  unreachable: 60_000,
} as const
