import { readFileSync } from 'node:fs'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import { webhookKind } from '../../../src/providers/webhook/webhook-provider.ts'
import { CA_PATH } from '../../support/tls-files.ts'

export const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
export const NEXT_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`

export function readWebhook(settings: object, secret = SECRET) {
  const all = { secret: { env: 'SECRET' }, ca: { file: CA_PATH }, ...settings }
  // As it is read from a file: what is undefined is not there.
  const given: unknown = JSON.parse(JSON.stringify(all))
  const fields = createFieldReader('webhook', given, {
    env: { SECRET: secret },
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = webhookKind.read(fields)
  fields.finish()
  return { ready, faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`) }
}

/** By its settings, as in production. */
export async function openWebhook(
  settings: object,
  { secret = SECRET, now = Date.now } = {},
): Promise<Provider> {
  const { ready, faults } = readWebhook(settings, secret)
  const [provider] =
    (await ready?.open({
      render: ({ body }) =>
        body === undefined ? undefined : { title: 'Ann', body, html: undefined },
      publicUrl: undefined,
      linkKey: undefined,
      log: { info: () => {}, warn: () => {} },
      now,
    })) ?? []
  if (provider === undefined) throw new Error(faults.join('; '))
  return provider
}

export const patience = () => new AbortController().signal
