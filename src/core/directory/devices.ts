import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { SubscriptionProfile } from '../subscriptions/subscription-profile.ts'
import { checkFuture, checkIdentifier, checkText } from './checks.ts'
import type { Device, DeviceChange, NewDevice } from './device.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { deviceNotFound } from './not-found.ts'
import type { Page, PageRequest } from './page.ts'
import { readUserPage } from './user-page.ts'

export interface Devices {
  add(device: NewDevice): Promise<DeviceWithSecret>
  /** Ordered by client id. */
  list(uid: string, page?: PageRequest): Promise<Page<Device>>
  show(clientId: string): Promise<Device>
  remove(clientId: string): Promise<void>
  /** Refuses the device's logins and topic questions from now on, by whatever credential. */
  revoke(clientId: string): Promise<Device>
  restore(clientId: string): Promise<Device>
  patch(clientId: string, change: DeviceChange): Promise<Device>
  setProfile(clientId: string, profile: SubscriptionProfile): Promise<Device>
  /** Older secrets stay valid until they are withdrawn, or until `oldValidUntil`. */
  addSecret(clientId: string, rotation?: SecretRotation): Promise<DeviceWithSecret>
  /** Returns how many secrets were withdrawn. */
  withdrawSecrets(clientId: string, which: 'all' | 'all-but-newest'): Promise<number>
}

export interface DeviceWithSecret {
  readonly device: Device
  /** The MQTT password. It is not kept, so it can't be shown again. */
  readonly secret: string
}

export interface SecretRotation {
  readonly oldValidUntil?: Date | undefined
}

const APP_BYTES_MAX = 128
const PLATFORM_BYTES_MAX = 128
/** Every login reads all of a device's secrets, so they are few. */
const SECRETS_MAX = 5

export function createDevices(parts: DirectoryParts): Devices {
  const { now } = parts
  return {
    add: (device) => add(parts, device),
    list: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ clientId }) => clientId,
        ({ devices }, slice) => devices.list(uid, slice),
      ),
    show: (clientId) => change(parts, clientId, async () => {}),
    remove: (clientId) => remove(parts, clientId),
    revoke: (clientId) => change(parts, clientId, ({ devices }) => devices.revoke(clientId, now())),
    restore: (clientId) => change(parts, clientId, ({ devices }) => devices.restore(clientId)),
    patch: (clientId, wanted) => patch(parts, clientId, wanted),
    setProfile: (clientId, profile) =>
      change(parts, clientId, ({ devices }) => devices.setProfile(clientId, profile)),
    addSecret: (clientId, rotation = {}) => addSecret(parts, clientId, rotation),
    withdrawSecrets: (clientId, which) => withdrawSecrets(parts, clientId, which),
  }
}

async function add(parts: DirectoryParts, device: NewDevice): Promise<DeviceWithSecret> {
  const { clientId, uid, app, platform } = device
  checkIdentifier('uid', uid)
  checkIdentifier('clientId', clientId)
  checkText('app', app, APP_BYTES_MAX)
  checkText('platform', platform, PLATFORM_BYTES_MAX)
  const { secret, digest } = parts.makeDeviceSecret()
  return parts.unitOfWork.run(async (stores) => {
    if (!(await stores.devices.insert({ clientId, uid, app, platform }))) {
      throw new DomainError('DEVICE_EXISTS', `there is a device "${clientId}" already`, 'clientId')
    }
    await stores.deviceSecrets.insert(clientId, digest)
    return { device: await find(stores, clientId), secret }
  })
}

async function patch(parts: DirectoryParts, clientId: string, wanted: DeviceChange) {
  checkText('app', wanted.app ?? undefined, APP_BYTES_MAX)
  checkText('platform', wanted.platform ?? undefined, PLATFORM_BYTES_MAX)
  return change(parts, clientId, async ({ devices }) => {
    await devices.update(clientId, wanted)
    if (wanted.revoked === true) await devices.revoke(clientId, parts.now())
    if (wanted.revoked === false) await devices.restore(clientId)
  })
}

async function remove({ unitOfWork }: DirectoryParts, clientId: string): Promise<void> {
  checkIdentifier('clientId', clientId)
  const removed = await unitOfWork.run(({ devices }) => devices.remove(clientId))
  if (!removed) throw deviceNotFound(clientId)
}

async function addSecret(
  parts: DirectoryParts,
  clientId: string,
  { oldValidUntil }: SecretRotation,
): Promise<DeviceWithSecret> {
  const now = parts.now()
  if (oldValidUntil !== undefined) checkFuture('oldValidUntil', oldValidUntil, now)
  const { secret, digest } = parts.makeDeviceSecret()
  const device = await change(parts, clientId, async ({ devices, deviceSecrets }) => {
    if (!(await devices.lock(clientId))) throw deviceNotFound(clientId)
    await deviceSecrets.removeExpired(clientId, now)
    if (oldValidUntil !== undefined) await deviceSecrets.expireAll(clientId, oldValidUntil)
    if ((await deviceSecrets.count(clientId)) >= SECRETS_MAX) throw tooManySecrets(clientId)
    await deviceSecrets.insert(clientId, digest)
  })
  return { device, secret }
}

async function withdrawSecrets(
  { unitOfWork }: DirectoryParts,
  clientId: string,
  which: 'all' | 'all-but-newest',
): Promise<number> {
  checkIdentifier('clientId', clientId)
  return unitOfWork.run(async ({ devices, deviceSecrets }) => {
    if (!(await devices.lock(clientId))) throw deviceNotFound(clientId)
    if (which === 'all') return deviceSecrets.removeAll(clientId)
    return deviceSecrets.removeAllButNewest(clientId)
  })
}

/** Does `work`, and returns the device as it is afterwards. */
async function change(
  { unitOfWork }: DirectoryParts,
  clientId: string,
  work: (stores: Stores) => Promise<unknown>,
): Promise<Device> {
  checkIdentifier('clientId', clientId)
  return unitOfWork.run(async (stores) => {
    await work(stores)
    return find(stores, clientId)
  })
}

async function find({ devices }: Stores, clientId: string): Promise<Device> {
  const device = await devices.find(clientId)
  if (device === undefined) throw deviceNotFound(clientId)
  return device
}

function tooManySecrets(clientId: string): DomainError {
  return new DomainError(
    'TOO_MANY_SECRETS',
    `"${clientId}" has ${SECRETS_MAX} secrets: withdraw old ones first`,
    'clientId',
  )
}
