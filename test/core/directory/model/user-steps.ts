import fc from 'fast-check'
import { refuse, removeUserFrom, userOf } from './directory-model.ts'
import { anyUid, type Step, step } from './step.ts'

const PASSWORD = 'long enough'

export const userSteps = [
  fc.tuple(anyUid, fc.boolean()).map(([uid, hasPassword]) => addUser(uid, hasPassword)),
  anyUid.map((name) =>
    step(`release ${name}`, {
      onDirectory: ({ users }) => users.release(name),
      onModel: ({ removed }) => {
        if (!removed.delete(name)) refuse('USER_NOT_FOUND')
      },
    }),
  ),
  fc.tuple(anyUid, fc.boolean()).map(([name, isDisabled]) =>
    step(`${isDisabled ? 'disable' : 'enable'} ${name}`, {
      onDirectory: ({ users }) => (isDisabled ? users.disable(name) : users.enable(name)),
      onModel: (model) => {
        userOf(model, name).isDisabled = isDisabled
      },
    }),
  ),
  fc.tuple(anyUid, fc.boolean()).map(([name, hasPassword]) =>
    step(`${hasPassword ? 'set' : 'remove'} password of ${name}`, {
      onDirectory: ({ users }) =>
        hasPassword ? users.setPassword(name, PASSWORD) : users.removePassword(name),
      onModel: (model) => {
        userOf(model, name).hasPassword = hasPassword
      },
    }),
  ),
  fc.tuple(anyUid, fc.constantFrom('everyone', 'contacts', undefined)).map(([name, policy]) =>
    step(`set policy of ${name} to ${policy}`, {
      onDirectory: ({ users }) => users.setContactPolicy(name, policy),
      onModel: (model) => {
        userOf(model, name).policy = policy ?? 'default'
      },
    }),
  ),
]

export const removeAnyUser = anyUid.map((name) =>
  step(`remove user ${name}`, {
    onDirectory: ({ users }) => users.remove(name),
    onModel: (model) => removeUserFrom(model, name),
  }),
)

export function addUser(uid: string, hasPassword: boolean): Step {
  return step(`add user ${uid}`, {
    onDirectory: ({ users }) => users.add({ uid, password: hasPassword ? PASSWORD : undefined }),
    onModel: ({ users, removed }) => {
      if (users.has(uid)) refuse('USER_EXISTS')
      if (removed.has(uid)) refuse('USER_DELETED')
      const conversations = new Map<string, string>()
      users.set(uid, {
        isDisabled: false,
        hasPassword,
        policy: 'default',
        notify: 'all',
        conversations,
      })
    },
  })
}
