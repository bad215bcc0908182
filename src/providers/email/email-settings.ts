import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { FieldReader } from '../field-reader.ts'
import { readKeysOf } from '../standard-webhooks.ts'
import { domainOf, mailboxFault, readMailbox } from './mailbox.ts'

export interface EmailSettings {
  readonly server: MailServer
  /** As the From field has it, and alone. */
  readonly from: string
  readonly fromAddress: string
  readonly replyTo: string | undefined
  /** Where a mail server sends what it can't deliver. */
  readonly bounceAddress: string
  readonly dkim: DkimKey | undefined
  /** Of those who tell about bounces. */
  readonly bounceKeys: readonly Buffer[] | undefined
}

export interface MailServer {
  readonly host: string
  readonly port: number
  /** `starttls`: plain at first, but nothing is sent before TLS; `implicit`: TLS from the start. */
  readonly tls: TlsMode
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  readonly login: { readonly user: string; readonly password: string } | undefined
  /** What we call ourselves in EHLO; undefined: the name of this machine. */
  readonly helo: string | undefined
  readonly connectionsMax: number
  /** After so many a connection is not used again. */
  readonly messagesMax: number
}

export type TlsMode = (typeof TLS_MODES)[number]

export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly privateKey: KeyObject
}

const TLS_MODES = ['starttls', 'implicit', 'none'] as const

/** RFC 8314 §3.3 and RFC 6409 §3.1; 25 is for those who relay. */
const PORTS: Readonly<Record<TlsMode, number>> = { starttls: 587, implicit: 465, none: 25 }

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

export function readEmailSettings(fields: FieldReader): EmailSettings | undefined {
  const server = readServer(fields)
  const from = fields.text('from', mailboxFault)
  const replyTo = fields.optionalText('replyTo', mailboxFault)
  const bounceAddress = fields.optionalText('bounceAddress', mailboxFault)
  const dkim = readDkim(fields.group('dkim'))
  const bounceKeys = readKeysOf(fields, 'bounceSecret', fields.optionalSecret('bounceSecret'))
  if (fields.faults.length > 0 || server === undefined || from === undefined) return undefined
  const fromAddress = readMailbox(from)?.address ?? from
  return {
    server,
    from,
    fromAddress,
    replyTo,
    bounceAddress: readMailbox(bounceAddress ?? from)?.address ?? fromAddress,
    dkim,
    bounceKeys,
  }
}

function readServer(fields: FieldReader): MailServer | undefined {
  const host = fields.text('host', hostFault)
  const tls = fields.choice('tls', TLS_MODES, 'starttls')
  const server = {
    port: fields.integer('port', { min: 1, max: 65_535, fallback: PORTS[tls] }),
    tls,
    ca: fields.optionalSecret('ca'),
    login: readLogin(fields, tls),
    helo: fields.optionalText('helo', hostFault),
    connectionsMax: fields.integer('connectionsMax', { min: 1, max: 100, fallback: 5 }),
    messagesMax: fields.integer('messagesMax', { min: 1, max: 10_000, fallback: 100 }),
  }
  const mayBePlain = fields.flag('allowPlainText', false)
  if (host === undefined) return undefined
  if (tls === 'none' && !mayBePlain && !LOOPBACK.test(host)) {
    const remedy = 'use starttls or implicit, or set allowPlainText where the network is your own'
    fields.fault('tls', 'would send what people write to each other in the clear', remedy)
  }
  return { host, ...server }
}

function readLogin(fields: FieldReader, tls: TlsMode): MailServer['login'] {
  const user = fields.optionalText('user')
  const password = fields.optionalSecret('password')
  if (user === undefined && !fields.has('password')) return undefined
  if (user === undefined) fields.fault('user', 'is missing', 'set it, or remove password')
  if (!fields.has('password')) fields.fault('password', 'is missing', 'set it, or remove user')
  if (tls === 'none') {
    fields.fault('tls', 'would show the password to the network', 'use starttls or implicit')
  }
  return user === undefined || password === undefined ? undefined : { user, password }
}

function readDkim(fields: FieldReader | undefined): DkimKey | undefined {
  if (fields === undefined) return undefined
  const domain = fields.text('domain', hostFault)
  const selector = fields.text('selector', hostFault)
  const pem = fields.secret('key')
  const privateKey = pem === undefined ? undefined : privateKeyOf(pem)
  if (pem !== undefined && privateKey === undefined) {
    const remedy = 'give an RSA key of 1024 bits at least (better 2048), or an Ed25519 one, in PEM'
    fields.fault('key', 'is no key that DKIM knows', remedy)
  }
  if (domain === undefined || selector === undefined || privateKey === undefined) return undefined
  return { domain, selector, privateKey }
}

/** RFC 8301 §3.2 and RFC 8463. */
function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    return key.asymmetricKeyType === 'rsa' && bits >= 1024 ? key : undefined
  } catch {
    return undefined
  }
}

function hostFault(value: string): string | undefined {
  return /^[A-Za-z0-9._:-]{1,253}$/.test(value) ? undefined : 'is no name of a host'
}

/** The domain that stands in ids. */
export function idDomainOf({ fromAddress }: EmailSettings): string {
  return domainOf(fromAddress)
}
