import { readFileSync } from 'node:fs'
import type { RenderText } from '../../src/core/delivery/rendered-text.ts'
import type { Provider } from '../../src/core/ports/provider.ts'
import { emailKind } from '../../src/providers/email/email-provider.ts'
import { createFieldReader } from '../../src/providers/field-reader.ts'

export const NOON = Date.UTC(2026, 10, 25, 12)
const PUBLIC_URL = 'https://herald.example.com'

export interface EmailWorldParts {
  readonly render?: RenderText
  readonly publicUrl?: string | undefined
  readonly linkKey?: Buffer | undefined
  readonly secrets?: Readonly<Record<string, string>>
}

/** A title and a body, and HTML beside them. */
const RENDERED: RenderText = ({ from, body }) => ({
  title: from.displayName ?? from.uid,
  body: body ?? 'New message',
  html: `<p>${body ?? 'New message'}</p>`,
})

/** The provider as its settings make it; plain and to loopback where they don't say. */
export async function openEmail(
  settings: Readonly<Record<string, unknown>>,
  parts: EmailWorldParts = {},
): Promise<Provider> {
  const entry = { host: '127.0.0.1', tls: 'none', from: FROM, ...settings }
  const sources = {
    env: parts.secrets ?? {},
    readFile: (path: string) => readFileSync(path, 'utf8'),
  }
  const fields = createFieldReader('email', entry, sources)
  const ready = emailKind.read(fields)
  fields.finish()
  if (ready === undefined || fields.faults.length > 0)
    throw new Error(JSON.stringify(fields.faults))
  const [provider] = await ready.open({
    render: parts.render ?? RENDERED,
    publicUrl: 'publicUrl' in parts ? parts.publicUrl : PUBLIC_URL,
    linkKey: 'linkKey' in parts ? parts.linkKey : Buffer.alloc(32, 7),
    log: { info() {}, warn() {} },
    now: () => NOON,
  })
  if (provider === undefined) throw new Error('no provider')
  return provider
}

const FROM = 'Herald <no-reply@chat.example.com>'

/** Long enough for whatever a test waits for; what it gives up it says itself. */
export const patient = () => new AbortController().signal
