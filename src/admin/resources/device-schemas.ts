import { type Static, Type } from 'typebox'
import type { Device } from '../../core/directory/device.ts'
import type { DeviceWithSecret } from '../../core/directory/devices.ts'
import { Identifier, line, named, nullable, Time } from '../schemas.ts'

const App = line(128, 'Which app runs on it; a provider may be for one app’s devices.')
const Platform = line(128, 'Such as ios, android or web; rules about who is notified may ask.')

export const DeviceBody = named(
  'Device',
  {
    clientId: Identifier,
    uid: Identifier,
    app: nullable(App),
    platform: nullable(Platform),
    selfRegistered: Type.Boolean({ description: 'Made by its own first login.' }),
    secretCount: Type.Integer({ description: 'How many secrets it may log in with now.' }),
    revokedAt: nullable(Time),
    createdAt: Time,
  },
  'One MQTT client: one app on one phone, tablet, browser or desktop.',
)

export const DeviceWithSecretBody = named(
  'DeviceWithSecret',
  {
    device: DeviceBody,
    secret: Type.String({
      description: 'The MQTT password. It is not kept: this is the one time.',
    }),
  },
  'A device with a secret that was just made.',
)

export const NewDeviceBody = named(
  'NewDevice',
  { clientId: Identifier, app: Type.Optional(App), platform: Type.Optional(Platform) },
  'A device to be registered.',
)

export const DevicePatch = named(
  'DevicePatch',
  {
    app: Type.Optional(nullable(App)),
    platform: Type.Optional(nullable(Platform)),
    revoked: Type.Optional(
      Type.Boolean({
        description: 'Whether logins and topic questions are refused, by whatever credential.',
      }),
    ),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

export const NewSecretBody = named(
  'NewSecret',
  {
    oldValidUntil: Type.Optional(
      nullable({
        ...Time,
        description: 'When older secrets end; they stay good until withdrawn where it is left out.',
      }),
    ),
  },
  'A further secret for a device.',
)

export function deviceBody(device: Device): Static<typeof DeviceBody> {
  return {
    clientId: device.clientId,
    uid: device.uid,
    app: device.app ?? null,
    platform: device.platform ?? null,
    selfRegistered: device.selfRegistered,
    secretCount: device.secretCount,
    revokedAt: device.revokedAt?.toISOString() ?? null,
    createdAt: device.createdAt.toISOString(),
  }
}

export function deviceWithSecretBody({
  device,
  secret,
}: DeviceWithSecret): Static<typeof DeviceWithSecretBody> {
  return { device: deviceBody(device), secret }
}
