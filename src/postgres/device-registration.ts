import { type Kysely, sql, type Transaction } from 'kysely'
import type { DeviceRegistration } from '../core/ports/login-ports.ts'
import type { Database } from './tables.ts'

type NewDevice = Parameters<DeviceRegistration['register']>[0]
type Registration = Awaited<ReturnType<DeviceRegistration['register']>>

/**
 * Registers devices on their first login. Logins of one user take turns at the user's row; the client
 * id itself is decided by the primary key, so two users can't both get it.
 */
export function createDeviceRegistration(db: Kysely<Database>): DeviceRegistration {
  return {
    register: (device) => db.transaction().execute((trx) => register(trx, device)),
  }
}

async function register(trx: Transaction<Database>, device: NewDevice): Promise<Registration> {
  const { uid, clientId, devicesMax } = device
  if (!(await lockUser(trx, uid))) return 'unknown-user'
  const surplus = (await countDevices(trx, uid)) + 1 - devicesMax
  const leaving = surplus > 0 ? await findReplaceable(trx, uid, surplus) : []
  if (leaving.length < surplus) return (await findDevice(trx, uid, clientId)) ?? 'full'
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('devices')
    .values({ id: clientId, userId: uid, selfRegistered: true })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  // Somebody was quicker, and nothing has made room for this device yet.
  if (numInsertedOrUpdatedRows !== 1n) return (await findDevice(trx, uid, clientId)) ?? 'foreign'
  if (leaving.length > 0) await trx.deleteFrom('devices').where('id', 'in', leaving).execute()
  return 'registered'
}

/** The lock is one that lets others refer to the user meanwhile: join a group, say. */
async function lockUser(trx: Transaction<Database>, uid: string): Promise<boolean> {
  const user = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', uid)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return user !== undefined
}

async function findDevice(
  trx: Transaction<Database>,
  uid: string,
  clientId: string,
): Promise<'own' | 'foreign' | 'revoked' | undefined> {
  const device = await trx
    .selectFrom('devices')
    .select(['userId', 'revokedAt'])
    .where('id', '=', clientId)
    .executeTakeFirst()
  if (device === undefined) return undefined
  if (device.userId !== uid) return 'foreign'
  return device.revokedAt === null ? 'own' : 'revoked'
}

/** Revoked devices can't connect, so they take no place. */
async function countDevices(trx: Transaction<Database>, uid: string): Promise<number> {
  const { count } = await trx
    .selectFrom('devices')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('userId', '=', uid)
    .where('revokedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Locks the oldest devices that nobody chose to add and that have no session waiting for them. */
async function findReplaceable(
  trx: Transaction<Database>,
  uid: string,
  count: number,
): Promise<string[]> {
  const devices = await trx
    .selectFrom('devices')
    .select('id')
    .where('userId', '=', uid)
    .where('revokedAt', 'is', null)
    .where('selfRegistered', '=', true)
    .where('persistentSession', 'is not', true)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(count)
    .forUpdate()
    .execute()
  return devices.map(({ id }) => id)
}
