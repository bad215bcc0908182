import type { Directory } from '../../src/core/directory/directory.ts'
import type { Peers } from '../peers/peers.ts'

/** What an app gets from iOS. */
export const IPHONE_TOKEN = 'f0a1'.repeat(16)
/** What an app gets from Firebase's SDK. */
export const ANDROID_TOKEN = 'dEm0-android:APA91b'
export const MAILBOX = 'grace@example.net'

/** Makes two people who never come online: Frank has devices of all kinds, Grace has a mailbox and nothing else. */
export async function makeReaders(directory: Directory, { webpush }: Peers): Promise<void> {
  const { users, devices, addresses } = directory
  await users.add({ uid: 'frank' })
  const tokens = {
    apns: IPHONE_TOKEN,
    fcm: ANDROID_TOKEN,
    webpush: webpush.subscription,
  }
  for (const [provider, token] of Object.entries(tokens)) {
    const clientId = `frank-${provider}`
    await devices.add({ uid: 'frank', clientId, app: 'demo' })
    await addresses.add({ channel: 'push', clientId, provider, token })
  }
  await users.add({ uid: 'grace' })
  await addresses.add({ channel: 'email', uid: 'grace', provider: 'email', token: MAILBOX })
}
