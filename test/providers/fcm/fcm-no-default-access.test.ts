import { afterEach, expect, it, vi } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { openFcmWorld, PROJECT_ID } from '../../support/fcm-world.ts'

afterEach(() => vi.unstubAllEnvs())

// In a file of its own: firebase-admin remembers for the life of the process that it found nothing.
it('application default credentials that are nowhere are for the operator to set', async () => {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
  vi.stubEnv('HOME', '/nonexistent')
  const { provider, close } = await openFcmWorld({
    settings: { applicationDefault: true, serviceAccount: undefined, projectId: PROJECT_ID },
  })

  const outcome = await provider.send(aMessage(), new AbortController().signal)

  expect(outcome).toEqual({
    kind: 'misconfigured',
    reason: expect.stringMatching('no access token: Error: Could not load the default credentials'),
  })
  await close()
})
