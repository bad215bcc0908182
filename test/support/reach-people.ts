import { NOON, type WorldDevice, type WorldUser } from './reach-world.ts'

/** Somebody who has set nothing, with neither device nor address. */
export function aUser(uid: string, differences: Partial<WorldUser> = {}): WorldUser {
  return {
    uid,
    isDisabled: false,
    blocks: [],
    account: {},
    quietHours: undefined,
    digestMinutes: undefined,
    conversations: {},
    readMarks: {},
    devices: [],
    addresses: [],
    ...differences,
  }
}

/** A phone that was last online an hour before noon. */
export function aDevice(deviceId: string, differences: Partial<WorldDevice> = {}): WorldDevice {
  return {
    deviceId,
    platform: 'ios',
    isRevoked: false,
    isKnown: true,
    isOnline: false,
    node: 'node-1',
    connectedAt: NOON - 7_200_000,
    disconnectedAt: NOON - 3_600_000,
    ...differences,
  }
}

/** Where pushes to the device go. */
export function anAddress(id: number, deviceId: string): WorldUser['addresses'][number] {
  return { id: String(id), channel: 'push', deviceId }
}
