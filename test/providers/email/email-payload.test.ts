import { generateKeyPairSync } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import type {
  AddressedNotification,
  Notification,
} from '../../../src/core/delivery/notification.ts'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { isDkimSigned } from '../../support/dkim-verifier.ts'
import { type EmailWorldParts, NOON, openEmail, patient } from '../../support/email-world.ts'
import { openMailPeer } from '../../support/mail-peer.ts'

const OPEN: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of OPEN.splice(0).reverse()) await one.close()
})

function toBob(
  notification: Partial<Notification> = {},
  token = 'bob@example.net',
): AddressedNotification {
  return aMessage({ channel: 'email', token, deviceId: undefined }, notification)
}

async function email(
  settings: Readonly<Record<string, unknown>> = {},
  parts: EmailWorldParts = {},
): Promise<Provider> {
  const provider = await openEmail(settings, parts)
  OPEN.push(provider)
  return provider
}

const read = (provider: Provider, message = toBob()) => simpleParser(provider.preview(message).body)

/** The header of a mail, its lines unfolded. */
const headerOf = (text: string) =>
  text
    .split('\r\n\r\n', 1)
    .join('')
    .replaceAll(/\r\n(?=[ \t])/g, '')

describe('a mail', () => {
  it('is what the preview shows, byte for byte', async () => {
    const peer = await openMailPeer({ tls: 'none' })
    const provider = await email({ port: peer.port })
    OPEN.push(peer)

    await provider.send(toBob(), patient())
    const preview = provider.preview(toBob())

    expect(peer.mails[0]?.raw.toString()).toBe(preview.body)
    expect(preview).toMatchObject({
      target: `smtp://127.0.0.1:${peer.port}`,
      headers: { 'MAIL FROM': '<no-reply@chat.example.com>', 'RCPT TO': '<bob@example.net>' },
    })
  })

  it('has text and HTML, from whom and to whom the settings say', async () => {
    const mail = await read(
      await email({ replyTo: 'Help <help@example.com>' }),
      toBob({ body: 'Hé, 你好 👋' }),
    )

    expect(mail.subject).toBe('Ann')
    expect(mail.text?.trim()).toBe('Hé, 你好 👋')
    expect(mail.html).toBe('<p>Hé, 你好 👋</p>')
    expect(mail.from?.value).toEqual([{ name: 'Herald', address: 'no-reply@chat.example.com' }])
    expect(mail.to).toMatchObject({ text: 'bob@example.net' })
    expect(mail.replyTo?.text).toBe('"Help" <help@example.com>')
    expect(mail.date?.getTime()).toBe(NOON)
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
  })

  it('has text alone where there is no HTML', async () => {
    const render = () => ({ title: 'T', body: 'one\ntwo', html: undefined })
    const mail = await read(await email({}, { render }))

    expect(mail.html).toBe(false)
    expect(mail.text?.trim()).toBe('one\ntwo')
  })

  it('bears the name of its delivery at every attempt', async () => {
    const provider = await email()
    const [one, two] = [provider.preview(toBob()).body, provider.preview(toBob()).body]

    expect(two).toBe(one)
    expect((await simpleParser(one)).messageId).toBe(`<${toBob().ref}@chat.example.com>`)
  })

  it('bears another name where it shows more conversations', async () => {
    const digest = { id: 'ab'.repeat(16), lines: [], more: 0 }

    const mail = await read(await email(), toBob({ digest }))

    expect(mail.messageId).toBe(`<digest-${digest.id}@chat.example.com>`)
    expect(mail.headers.get('x-herald-ref')).toBe(toBob().ref)
  })

  it.each([
    ['a title of two lines', 'Hi\r\nBcc: eve@example.com\r\n\r\nbody'],
    ['a bare line feed', 'Hi\nBcc: eve@example.com'],
    ['a separator that Unicode has', 'Hi\u2028Bcc: eve@example.com'],
    ['an encoded word that is none of ours', '=?utf-8?Q?Hi=0D=0ABcc:_eve@example.com?='],
  ])('has no field that somebody wrote into it: %s', async (_, title) => {
    const render = () => ({ title, body: 'text', html: undefined })
    const { body } = (await email({}, { render })).preview(toBob())

    expect(headerOf(body)).not.toMatch(/^bcc:/im)
    const mail = await simpleParser(body)
    expect(mail.bcc).toBeUndefined()
    expect(mail.subject).toContain('Hi')
    expect(mail.text?.trim()).toBe('text')
  })

  it('encodes what is not ASCII, and keeps its lines short', async () => {
    const render = () => ({
      title: '徒步者：周六的路线 🥾 '.repeat(20),
      body: '好'.repeat(900),
      html: '好'.repeat(900),
    })
    const { body } = (
      await email({ from: '传令官 <no-reply@chat.example.com>' }, { render })
    ).preview(toBob())

    expect(body).toMatch(/^[\x20-\x7e\r\n]*$/)
    expect(Math.max(...body.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
    const mail = await simpleParser(body)
    expect(mail.from?.value[0]?.name).toBe('传令官')
    expect(mail.subject).toMatch(/^徒步者：周六的路线 🥾 徒步者/)
    expect(mail.subject?.endsWith('…')).toBe(true)
  })

  it('that takes something back is no mail', async () => {
    const provider = await email({}, { render: () => undefined })

    expect(await provider.send(toBob({ kind: 'clear' }), patient())).toMatchObject({
      kind: 'rejected',
    })
    expect(provider.preview(toBob({ kind: 'clear' })).body).toContain('taken back')
  })

  it.each(['no mailbox', 'a@b\r\nDATA', 'a@b>', 'a,b@example.com'])(
    'to "%s" is not tried',
    async (token) => {
      expect(await (await email()).send(toBob({}, token), patient())).toMatchObject({
        kind: 'rejected',
      })
    },
  )
})

describe('the way out', () => {
  it('is a header field with a link of ours', async () => {
    const { body } = (await email()).preview(toBob())

    expect(headerOf(body)).toMatch(
      /^List-Unsubscribe: <https:\/\/herald\.example\.com\/callbacks\/email\/unsubscribe\?to=[\w-]+&seal=[\w-]{43}>$/m,
    )
    expect(headerOf(body)).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m)
  })

  it.each([{ publicUrl: undefined }, { linkKey: undefined }])(
    'is left out where nobody could take it (%o)',
    async (parts) => {
      expect(headerOf((await email({}, parts)).preview(toBob()).body)).not.toContain('List-')
    },
  )
})

describe('a DKIM signature', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ed25519 = generateKeyPairSync('ed25519')
  const pem = (key: typeof rsa.privateKey) => String(key.export({ type: 'pkcs8', format: 'pem' }))
  const dkim = { domain: 'chat.example.com', selector: 's1', key: { env: 'DKIM' } }

  it.each([
    ['RSA', rsa],
    ['Ed25519', ed25519],
  ])('holds (%s)', async (_, { privateKey, publicKey }) => {
    const peer = await openMailPeer({ tls: 'none' })
    const provider = await email({ port: peer.port, dkim }, { secrets: { DKIM: pem(privateKey) } })
    OPEN.push(peer)
    await provider.send(toBob({ body: '  Spaces  and\n\n\nlines \t and 你好\n\n' }), patient())
    const raw = peer.mails[0]?.raw ?? Buffer.alloc(0)
    const keyFor = (selector: string, domain: string) => {
      expect([selector, domain]).toEqual(['s1', 'chat.example.com'])
      return publicKey
    }

    expect(isDkimSigned(raw, keyFor)).toBe(true)
    expect(isDkimSigned(changed(raw, 'Subject: Ann', 'Subject: Eve'), keyFor)).toBe(false)
    expect(isDkimSigned(changed(raw, 'One-Click', 'Two-Click'), keyFor)).toBe(false)
    expect(isDkimSigned(changed(raw, 'Subject:', 'Subject: Eve\r\nSubject:'), keyFor)).toBe(false)
    expect(isDkimSigned(Buffer.concat([raw, Buffer.from('more\r\n')]), keyFor)).toBe(false)
  })

  it('is judged by whom nodemailer’s own signatures convince', async () => {
    const transport = createTransport({
      streamTransport: true,
      buffer: true,
      newline: 'windows',
      dkim: { domainName: 'example.com', keySelector: 'n', privateKey: pem(rsa.privateKey) },
    })
    const { message } = await transport.sendMail({
      from: 'a@example.com',
      to: 'b@example.com',
      subject: 'Hi',
      text: 'a  b \n\n',
    })
    if (!Buffer.isBuffer(message)) throw new Error('no buffer')

    expect(isDkimSigned(message, () => rsa.publicKey)).toBe(true)
    expect(isDkimSigned(changed(message, 'Subject: Hi', 'Subject: Ho'), () => rsa.publicKey)).toBe(
      false,
    )
  })
})

function changed(raw: Buffer, from: string, to: string): Buffer {
  const text = raw.toString('latin1')
  if (!text.includes(from)) throw new Error(`no ${from}`)
  return Buffer.from(text.replace(from, to), 'latin1')
}
