import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { Directory } from '../../core/directory/directory.ts'
import type {
  DevicePresence,
  PresenceReader,
  UserPresence,
} from '../../core/ports/presence-ports.ts'
import { read } from '../operation.ts'
import { choice, Identifier, named, nullable, parameters, Time } from '../schemas.ts'

export interface PresenceRoutesOptions {
  readonly directory: Directory
  readonly presence: PresenceReader
}

const UIDS_MAX = 1_000

const Status = choice(
  ['online', 'unknown', 'offline'],
  'Unknown: it was connected to a node of the broker that is out of sight.',
)

const UserPresenceBody = named(
  'UserPresence',
  { uid: Identifier, status: Status, lastSeenAt: nullable(Time) },
  'Online if a device is; else unknown if one is.',
)

const DevicePresenceBody = named(
  'DevicePresence',
  {
    clientId: Identifier,
    status: Status,
    node: nullable(Type.String({ description: 'Of the broker.' })),
    connectedAt: nullable(Time),
    disconnectedAt: nullable(Time),
    lastSeenAt: nullable(Time),
  },
  'What is known of a device’s connections.',
)

const PresenceBody = named(
  'Presence',
  {
    uid: Identifier,
    status: Status,
    lastSeenAt: nullable(Time),
    devices: Type.Array(DevicePresenceBody),
  },
  'Whether a user is online, with each device that ever was.',
)

const PresenceQueryBody = named(
  'PresenceQuery',
  { uids: Type.Array(Identifier, { minItems: 1, maxItems: UIDS_MAX }) },
  'Of whom presence is asked.',
)

const PresencesBody = named(
  'Presences',
  { items: Type.Array(UserPresenceBody) },
  'In the order in which they were asked for; somebody unknown is offline.',
)

export const presenceRoutes: FastifyPluginAsyncTypebox<PresenceRoutesOptions> = async (
  app,
  { directory, presence },
) => {
  app.get(
    '/users/:uid/presence',
    read('presence', 'readPresence', 'Reads whether a user is online, and where.', {
      params: parameters({ uid: Identifier }),
      response: { 200: PresenceBody },
    }),
    async ({ params: { uid } }) => {
      await directory.users.show(uid)
      const devices = await presence.devicesOf(uid)
      const [user] = await presence.users([uid])
      return { ...userBody(uid, user), devices: devices.map(deviceBody) }
    },
  )

  // A colon of its own is written as two.
  app.post(
    '/presence::query',
    read('presence', 'queryPresence', 'Reads who of many users is online.', {
      body: PresenceQueryBody,
      response: { 200: PresencesBody },
    }),
    async ({ body: { uids } }) => {
      const found = new Map((await presence.users(uids)).map((user) => [user.uid, user]))
      return { items: uids.map((uid) => userBody(uid, found.get(uid))) }
    },
  )
}

function userBody(uid: string, user: UserPresence | undefined): Static<typeof UserPresenceBody> {
  return {
    uid,
    status: user?.status ?? 'offline',
    lastSeenAt: user?.lastSeenAt?.toISOString() ?? null,
  }
}

function deviceBody(device: DevicePresence): Static<typeof DevicePresenceBody> {
  return {
    clientId: device.clientId,
    status: device.status,
    node: device.node ?? null,
    connectedAt: device.connectedAt?.toISOString() ?? null,
    disconnectedAt: device.disconnectedAt?.toISOString() ?? null,
    lastSeenAt: device.lastSeenAt?.toISOString() ?? null,
  }
}
