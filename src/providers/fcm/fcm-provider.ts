import type { Provider } from '../../core/ports/provider.ts'
import type { FieldReader } from '../field-reader.ts'
import type { ProviderKind, ProviderParts, ReadyProvider } from '../provider-kind.ts'
import { createSharedAccess, type FetchAccess } from './fcm-access.ts'
import { checkFcm } from './fcm-check.ts'
import { openDefaultAccess } from './fcm-default-access.ts'
import { type FcmHttp, openFcmHttp } from './fcm-http.ts'
import { writePayload } from './fcm-payload.ts'
import { createFcmSession, type FcmSession } from './fcm-session.ts'
import { type FcmSettings, readFcmSettings } from './fcm-settings.ts'
import { createTokenExchange } from './fcm-token-exchange.ts'

const CHANNELS = ['push'] as const
/** Google promises no form; letters, digits and these are all that was ever seen. */
const TOKEN = /^[\w:.-]+$/

/** Firebase Cloud Messaging, HTTP v1: docs/providers/fcm.md. */
export const fcmKind: ProviderKind = {
  kind: 'fcm',
  channels: CHANNELS,
  tokenFault: (token) => (TOKEN.test(token) ? undefined : 'has characters that no FCM token has'),
  canonicalToken: (token) => token,
  read(fields: FieldReader): ReadyProvider | undefined {
    const settings = readFcmSettings(fields)
    if (settings === undefined) return undefined
    return {
      names: [fields.name],
      open: async (parts) => [await openFcm(fields.name, settings, parts)],
    }
  },
}

async function openFcm(
  name: string,
  settings: FcmSettings,
  parts: ProviderParts,
): Promise<Provider> {
  const { endpoint: origin, ca, connections, projectId } = settings
  const http = openFcmHttp({ origin, ca, connections })
  const access = await openAccess(settings, parts.now)
  const path = `/v1/projects/${projectId}/messages:send`
  const session = createFcmSession({
    path,
    http,
    access: createSharedAccess(access.fetch, parts.now),
    now: parts.now,
  })
  return {
    ...createFcmProvider({ name, session, settings, parts, target: `POST ${origin}${path}` }),
    close: async () => {
      await Promise.all([http.close(), access.http?.close()])
    },
  }
}

interface OpenAccess {
  readonly fetch: FetchAccess
  readonly http: FcmHttp | undefined
}

async function openAccess(settings: FcmSettings, now: () => number): Promise<OpenAccess> {
  const { credentials, ca } = settings
  if (credentials.kind === 'application-default') {
    return { fetch: await openDefaultAccess(), http: undefined }
  }
  const { account, tokenEndpoint } = credentials
  const http = openFcmHttp({ origin: new URL(tokenEndpoint).origin, ca, connections: 1 })
  return { fetch: createTokenExchange({ account, tokenEndpoint, http, now }), http }
}

interface FcmParts {
  readonly name: string
  readonly session: FcmSession
  readonly settings: FcmSettings
  readonly parts: ProviderParts
  readonly target: string
}

function createFcmProvider({
  name,
  session,
  settings,
  parts,
  target,
}: FcmParts): Omit<Provider, 'close'> {
  const { render, now } = parts
  const { looks, projectId } = settings
  return {
    name,
    channels: CHANNELS,
    callbacks: undefined,

    async send(message, signal) {
      const text = render(message.notification, message.address.channel)
      return await session.post(writePayload(message, text, looks, now()), signal)
    },

    preview(message) {
      const text = render(message.notification, message.address.channel)
      const body = writePayload(message, text, looks, now())
      return { target, headers: { 'content-type': 'application/json' }, body }
    },

    check: async (signal) => await checkFcm(session, projectId, signal),
  }
}
