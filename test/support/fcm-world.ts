import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RenderText } from '../../src/core/delivery/rendered-text.ts'
import type { Provider } from '../../src/core/ports/provider.ts'
import { fcmKind } from '../../src/providers/fcm/fcm-provider.ts'
import { createFieldReader, type FieldFault } from '../../src/providers/field-reader.ts'
import { startFcmPeer } from './fcm-peer.ts'
import { createGoogleTokens } from './google-tokens.ts'
import { CA_PATH, type ServerCertificate } from './tls-files.ts'

export const PROJECT_ID = 'acme-chat'
export const EMAIL = 'herald@acme-chat.iam.gserviceaccount.com'
export const NOW = Date.UTC(2026, 10, 25, 12)

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The file that the Firebase console gives, with these fields changed. */
export function aServiceAccount(fields: object = {}): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: PROJECT_ID,
    private_key_id: '4f1d',
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    client_email: EMAIL,
    token_uri: 'https://oauth2.googleapis.com/token',
    ...fields,
  })
}

export interface FcmWorldOptions {
  readonly certificate?: ServerCertificate
  readonly render?: RenderText
  /** Settings beside, or instead of, those that lead to the peer. */
  readonly settings?: object
  readonly serviceAccount?: string
}

export type FcmWorld = Awaited<ReturnType<typeof openFcmWorld>>

/** The provider as the providers' file opens it, and a peer that stands for Google. */
export async function openFcmWorld(options: FcmWorldOptions = {}) {
  let nowMs = NOW
  const now = () => nowMs
  const tokens = createGoogleTokens({
    email: EMAIL,
    publicKey,
    audience: () => peer.tokenEndpoint,
    now,
    lifeSeconds: 3_599,
  })
  const peer = await startFcmPeer({
    tokens,
    projectId: PROJECT_ID,
    ...(options.certificate && { certificate: options.certificate }),
  })
  const settings = {
    serviceAccount: { env: 'ACCOUNT' },
    endpoint: peer.endpoint,
    tokenEndpoint: peer.tokenEndpoint,
    ca: { file: CA_PATH },
    ...options.settings,
  }
  const account = options.serviceAccount ?? aServiceAccount()
  const provider = await openProvider(settings, account, options.render ?? renderHi, now)
  return {
    peer,
    tokens,
    provider,
    now,
    advance(ms: number) {
      nowMs += ms
    },
    async close() {
      await provider.close()
      await peer.close()
    },
  }
}

async function openProvider(
  settings: object,
  account: string,
  render: RenderText,
  now: () => number,
): Promise<Provider> {
  const { ready, faults } = readSettings(settings, account)
  if (ready === undefined) throw new Error(`wrong settings: ${JSON.stringify(faults)}`)
  const log = { info() {}, warn() {} }
  const parts = { render, publicUrl: undefined, linkKey: undefined, log, now }
  const [provider] = await ready.open(parts)
  if (provider === undefined) throw new Error('no provider was opened')
  return provider
}

/** What the kind makes of its settings, and what it found wrong. */
function readSettings(settings: object, account = aServiceAccount()) {
  // As a file has it, without what is undefined.
  const fields = createFieldReader('fcm', JSON.parse(JSON.stringify(settings)), {
    env: { ACCOUNT: account },
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = fcmKind.read(fields)
  fields.finish()
  const faults: readonly FieldFault[] = fields.faults
  return { ready, faults }
}

const renderHi: RenderText = ({ kind }) =>
  kind === 'clear' ? undefined : { title: 'Ann', body: 'hi', html: undefined }
