import fc from 'fast-check'
import { deviceOf, userOf } from './directory-model.ts'
import { anyUid, step } from './step.ts'

const clientId = fc.constantFrom('p', 'q', 'r')
const token = fc.constantFrom('s', 't')
const NUMBER = '+4930123456'

export const addressSteps = [
  fc.tuple(clientId, token).map(([id, text]) =>
    step(`push to ${id} by ${text}`, {
      onDirectory: ({ addresses }) =>
        addresses.add({ channel: 'push', clientId: id, provider: 'stub', token: text }),
      onModel: (model) => {
        model.addresses.set(text, { uid: deviceOf(model, id).uid, clientId: id })
      },
    }),
  ),
  anyUid.map((uid) =>
    step(`text ${uid}`, {
      onDirectory: ({ addresses }) =>
        addresses.add({ channel: 'sms', uid, provider: 'stub', token: NUMBER }),
      onModel: (model) => {
        userOf(model, uid)
        model.addresses.set(NUMBER, { uid, clientId: undefined })
      },
    }),
  ),
]
