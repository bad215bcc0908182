import fc from 'fast-check'
import { deviceOf, refuse, userOf } from './directory-model.ts'
import { anyUid, step } from './step.ts'

const SECRETS_MAX = 5
const clientId = fc.constantFrom('p', 'q', 'r')

export const deviceSteps = [
  fc.tuple(anyUid, clientId).map(([owner, id]) =>
    step(`add device ${id} for ${owner}`, {
      onDirectory: ({ devices }) => devices.add({ uid: owner, clientId: id }),
      onModel: (model) => {
        if (model.devices.has(id)) refuse('DEVICE_EXISTS')
        userOf(model, owner)
        model.devices.set(id, { uid: owner, isRevoked: false, secrets: 1 })
      },
    }),
  ),
  fc.tuple(clientId, fc.boolean()).map(([id, isRevoked]) =>
    step(`${isRevoked ? 'revoke' : 'restore'} ${id}`, {
      onDirectory: ({ devices }) => (isRevoked ? devices.revoke(id) : devices.restore(id)),
      onModel: (model) => {
        deviceOf(model, id).isRevoked = isRevoked
      },
    }),
  ),
  clientId.map((id) =>
    step(`add a secret to ${id}`, {
      onDirectory: ({ devices }) => devices.addSecret(id),
      onModel: (model) => {
        const device = deviceOf(model, id)
        if (device.secrets === SECRETS_MAX) refuse('TOO_MANY_SECRETS')
        device.secrets++
      },
    }),
  ),
  fc.tuple(clientId, fc.constantFrom('all', 'all-but-newest')).map(([id, which]) =>
    step(`withdraw ${which} of ${id}`, {
      onDirectory: ({ devices }) => devices.withdrawSecrets(id, which),
      onModel: (model) => {
        const device = deviceOf(model, id)
        device.secrets = which === 'all' ? 0 : Math.min(device.secrets, 1)
      },
    }),
  ),
]

export const removeAnyDevice = clientId.map((id) =>
  step(`remove device ${id}`, {
    onDirectory: ({ devices }) => devices.remove(id),
    onModel: (model) => {
      deviceOf(model, id)
      model.devices.delete(id)
      for (const [token, { clientId: at }] of model.addresses) {
        if (at === id) model.addresses.delete(token)
      }
    },
  }),
)
