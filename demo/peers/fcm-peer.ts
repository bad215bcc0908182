import { generateKeyPairSync } from 'node:crypto'
import { openHttpsServer } from './https-server.ts'
import { createInbox } from './inbox.ts'
import type { Peer } from './peer.ts'
import { CA_PATH } from './tls-files.ts'

/** What Google is given: `message` has a section for each platform. */
export interface FcmCall {
  readonly message: { readonly token: string }
}

const PROJECT = 'demo-chat'
const TOKEN = 'ya29.demo'

/** Stands in for FCM and for Google's token endpoint, and takes everything from whoever has a token. */
export async function openFcmPeer(): Promise<Peer<FcmCall>> {
  const inbox = createInbox<FcmCall>()
  const { origin, close } = await openHttpsServer(({ path, headers, body }) => {
    if (path === '/token') {
      return {
        status: 200,
        body: { access_token: TOKEN, expires_in: 3_599, token_type: 'Bearer' },
      }
    }
    if (path !== `/v1/projects/${PROJECT}/messages:send`) return { status: 404 }
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 }
    inbox.put(JSON.parse(String(body)))
    return { status: 200, body: { name: `projects/${PROJECT}/messages/1` } }
  })
  return {
    inbox,
    close,
    settings: {
      endpoint: origin,
      tokenEndpoint: `${origin}/token`,
      ca: { file: CA_PATH },
    },
    secrets: { serviceAccount: serviceAccount() },
  }
}

/** The file that the Firebase console gives. */
function serviceAccount(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return JSON.stringify({
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: 'demo',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: `herald@${PROJECT}.iam.gserviceaccount.com`,
  })
}
