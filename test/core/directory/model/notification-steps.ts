import fc from 'fast-check'
import { refuse, userOf } from './directory-model.ts'
import { anyUid, step } from './step.ts'

const level = fc.constantFrom('all', 'mentions', 'none')
const conversation = fc.constantFrom('user/a', 'group/g')

export const notificationSteps = [
  fc.tuple(anyUid, level).map(([uid, notify]) =>
    step(`notify ${uid} of ${notify}`, {
      onDirectory: ({ notifications }) => notifications.set(uid, { notify }),
      onModel: (model) => {
        userOf(model, uid).notify = notify
      },
    }),
  ),
  fc.tuple(anyUid, conversation, level).map(([uid, name, notify]) =>
    step(`notify ${uid} of ${notify} in ${name}`, {
      onDirectory: ({ notifications }) => notifications.setConversation(uid, name, { notify }),
      onModel: (model) => {
        userOf(model, uid).conversations.set(name, notify)
      },
    }),
  ),
  fc.tuple(anyUid, conversation).map(([uid, name]) =>
    step(`forget ${name} of ${uid}`, {
      onDirectory: ({ notifications }) => notifications.forgetConversation(uid, name),
      onModel: (model) => {
        if (!userOf(model, uid).conversations.delete(name)) refuse('PREFERENCES_NOT_FOUND')
      },
    }),
  ),
]
