import type { Device, DeviceChange } from '../directory/device.ts'
import type { Slice } from '../directory/page.ts'
import type { SubscriptionProfile } from '../subscriptions/subscription-profile.ts'

export interface DeviceStore {
  /** False where the client id is taken. */
  insert(device: {
    readonly clientId: string
    readonly uid: string
    readonly app: string | undefined
    readonly platform: string | undefined
  }): Promise<boolean>
  find(clientId: string): Promise<Device | undefined>
  /** A user's devices, ordered by client id. */
  list(uid: string, slice: Slice): Promise<readonly Device[]>
  /** Keeps everyone else from changing the device or its secrets while the transaction runs. */
  lock(clientId: string): Promise<boolean>
  /** Keeps the time of a device that is revoked already. */
  revoke(clientId: string, at: Date): Promise<boolean>
  restore(clientId: string): Promise<boolean>
  /** What is left out stays as it is. */
  update(clientId: string, change: Omit<DeviceChange, 'revoked'>): Promise<boolean>
  setProfile(clientId: string, profile: SubscriptionProfile): Promise<boolean>
  remove(clientId: string): Promise<boolean>
}

/** A digest is SHA-256 in base64url without padding. */
export interface DeviceSecretStore {
  insert(clientId: string, digest: string): Promise<void>
  count(clientId: string): Promise<number>
  /** Lets the device's secrets end at `at`, unless they end before. */
  expireAll(clientId: string, at: Date): Promise<void>
  removeExpired(clientId: string, now: Date): Promise<void>
  removeAll(clientId: string): Promise<number>
  removeAllButNewest(clientId: string): Promise<number>
}
