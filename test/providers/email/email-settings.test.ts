import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { emailKind } from '../../../src/providers/email/email-provider.ts'
import { readEmailSettings } from '../../../src/providers/email/email-settings.ts'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import { CA_PATH } from '../../support/tls-files.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { privateKey: weak } = generateKeyPairSync('rsa', { modulusLength: 512 })
const { privateKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: typeof privateKey) => String(key.export({ type: 'pkcs8', format: 'pem' }))

const ENV = {
  PASSWORD: 's3cret',
  DKIM: pem(privateKey),
  WEAK: pem(weak),
  ELLIPTIC: pem(elliptic),
  BOUNCES: `whsec_${Buffer.alloc(24).toString('base64')}`,
}

const LEAST = { host: 'mail.example.com', from: 'Herald <no-reply@Chat.Example.com>' }

function read(entry: object) {
  const fields = createFieldReader('email', entry, {
    env: ENV,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const settings = readEmailSettings(fields)
  fields.finish()
  return { settings, faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`) }
}

describe('the settings of e-mail', () => {
  it('need a server and a sender, and are safe', () => {
    const { settings, faults } = read(LEAST)

    expect(faults).toEqual([])
    expect(settings).toMatchObject({
      server: { host: 'mail.example.com', port: 587, tls: 'starttls', login: undefined },
      fromAddress: 'no-reply@Chat.Example.com',
      bounceAddress: 'no-reply@Chat.Example.com',
    })
  })

  it.each([
    ['starttls', 587],
    ['implicit', 465],
  ] as const)('know the port of %s: %i', (tls, port) => {
    expect(read({ ...LEAST, tls }).settings?.server.port).toBe(port)
  })

  it('may all be given', () => {
    const entry = {
      ...LEAST,
      port: 2525,
      tls: 'implicit',
      ca: { file: CA_PATH },
      user: 'herald',
      password: { env: 'PASSWORD' },
      helo: 'herald.example.com',
      connectionsMax: 2,
      messagesMax: 10,
      replyTo: 'help@example.com',
      bounceAddress: 'bounces@example.com',
      bounceSecret: { env: 'BOUNCES' },
      dkim: { domain: 'example.com', selector: 's1', key: { env: 'DKIM' } },
    }
    const { settings, faults } = read(entry)

    expect(faults).toEqual([])
    expect(settings).toMatchObject({
      server: { login: { user: 'herald', password: 's3cret' }, helo: 'herald.example.com' },
      bounceAddress: 'bounces@example.com',
      dkim: { domain: 'example.com', selector: 's1' },
    })
  })

  it('take plain text to loopback, and elsewhere where it is allowed by name', () => {
    expect(read({ ...LEAST, host: '127.0.0.1', tls: 'none' }).faults).toEqual([])
    expect(read({ ...LEAST, tls: 'none', allowPlainText: true }).faults).toEqual([])
  })

  it.each([
    ['no server', { from: LEAST.from }, 'email.host is missing'],
    ['no sender', { host: LEAST.host }, 'email.from is missing'],
    [
      'a sender of two',
      { ...LEAST, from: 'a@example.com, b@example.com' },
      'email.from is no mailbox',
    ],
    [
      'a sender with a line break',
      { ...LEAST, from: 'A\r\nBcc: b <a@example.com>' },
      'email.from is no mailbox',
    ],
    ['plain text', { ...LEAST, tls: 'none' }, 'email.tls would send what people write'],
    [
      'a password in plain text',
      {
        host: '127.0.0.1',
        from: LEAST.from,
        tls: 'none',
        user: 'h',
        password: { env: 'PASSWORD' },
      },
      'email.tls would show the password',
    ],
    ['a user alone', { ...LEAST, user: 'h' }, 'email.password is missing'],
    ['a password alone', { ...LEAST, password: { env: 'PASSWORD' } }, 'email.user is missing'],
    [
      'a short key',
      { ...LEAST, dkim: { domain: 'a.b', selector: 's', key: { env: 'WEAK' } } },
      'email.dkim.key is no key that DKIM knows',
    ],
    [
      'another key',
      { ...LEAST, dkim: { domain: 'a.b', selector: 's', key: { env: 'ELLIPTIC' } } },
      'email.dkim.key is no key that DKIM knows',
    ],
    [
      'no key',
      { ...LEAST, dkim: { domain: 'a.b', selector: 's', key: { env: 'PASSWORD' } } },
      'email.dkim.key is no key that DKIM knows',
    ],
    [
      'a short secret',
      { ...LEAST, bounceSecret: { env: 'PASSWORD' } },
      'email.bounceSecret is no secret',
    ],
    [
      'an authority that is not there',
      { ...LEAST, ca: { file: '/nowhere' } },
      "email.ca names /nowhere, which can't be read",
    ],
  ])('with %s are refused', (_, entry, fault) => {
    const { settings, faults } = read(entry)

    expect(settings).toBeUndefined()
    expect(faults.join()).toContain(fault)
  })
})

describe('a mailbox', () => {
  it.each([
    ['bob@Example.COM', 'bob@example.com'],
    ['Bob@example.com', 'Bob@example.com'],
    ['用户@例子.中国', '用户@xn--fsqu00a.xn--fiqs8s'],
    ['x@bücher.example', 'x@xn--bcher-kva.example'],
  ])('%s is one, and is kept as %s', (token, canonical) => {
    expect(emailKind.tokenFault(token)).toBeUndefined()
    expect(emailKind.canonicalToken(token)).toBe(canonical)
  })

  it.each([
    '',
    'bob',
    'bob@',
    '@example.com',
    'a b@example.com',
    'a@b@c.com',
    'a@-b.com',
    `${'a'.repeat(65)}@b.com`,
    'a@b.com>',
  ])('"%s" is none', (token) => {
    expect(emailKind.tokenFault(token)).toContain('mailbox')
  })
})
