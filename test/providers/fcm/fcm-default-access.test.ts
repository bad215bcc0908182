import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { type FcmWorld, openFcmWorld, PROJECT_ID } from '../../support/fcm-world.ts'
import { type MetadataServer, startMetadataServer } from '../../support/metadata-server.ts'

let metadata: MetadataServer
let world: FcmWorld

beforeEach(async () => {
  world = await openFcmWorld({
    settings: { applicationDefault: true, serviceAccount: undefined, projectId: PROJECT_ID },
  })
  metadata = await startMetadataServer(() => world.tokens.issue())
  // As on a machine of Google's: https://cloud.google.com/compute/docs/metadata/overview
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
  vi.stubEnv('GCE_METADATA_HOST', metadata.host)
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
  vi.stubEnv('HOME', '/nonexistent')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await world.close()
  await metadata.close()
})

describe('application default credentials', () => {
  // firebase-admin keeps what it has found for as long as the process lives, so this is one story.
  it('are asked at each try, and give a token that all calls share', async () => {
    const { peer, provider, tokens } = world
    const send = () => provider.send(aMessage(), new AbortController().signal)

    metadata.refuse(403)
    expect(await send()).toEqual({
      kind: 'misconfigured',
      reason: expect.stringMatching('no access token'),
    })
    metadata.refuse(500)
    expect(await send()).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching('no access token'),
    })

    metadata.refuse(undefined)
    const outcomes = await Promise.all([send(), send(), send()])

    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(peer.calls[0]?.authorization).toBe(`Bearer ${tokens.issued()[0]}`)
    expect(metadata.given()).toBe(1)
    expect(peer.tokenCalls()).toBe(0)
  })
})
