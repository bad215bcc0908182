import fc from 'fast-check'
import { refuse, userOf } from './directory-model.ts'
import { anyUid, step } from './step.ts'

const aPair = fc.tuple(anyUid, anyUid)
const twoOfThem = fc.tuple(anyUid, anyUid, fc.constantFrom('both-ways', 'one-way'))

export const contactSteps = [
  twoOfThem.map(([uid, contact, direction]) =>
    step(`add contact ${contact} to ${uid}, ${direction}`, {
      onDirectory: ({ contacts }) => contacts.add(uid, contact, direction),
      onModel: (model) => {
        if (uid === contact) refuse('CONTACT_WITH_SELF')
        userOf(model, uid)
        userOf(model, contact)
        model.contacts.add(`${uid} ${contact}`)
        if (direction === 'both-ways') model.contacts.add(`${contact} ${uid}`)
      },
    }),
  ),
  twoOfThem.map(([uid, contact, direction]) =>
    step(`remove contact ${contact} from ${uid}, ${direction}`, {
      onDirectory: ({ contacts }) => contacts.remove(uid, contact, direction),
      onModel: ({ contacts }) => {
        const wasThere = contacts.delete(`${uid} ${contact}`)
        const wasBack = direction === 'both-ways' && contacts.delete(`${contact} ${uid}`)
        if (!wasThere && !wasBack) refuse('CONTACT_NOT_FOUND')
      },
    }),
  ),
  aPair.map(([uid, blocked]) =>
    step(`${uid} blocks ${blocked}`, {
      onDirectory: ({ contacts }) => contacts.block(uid, blocked),
      onModel: (model) => {
        if (uid === blocked) refuse('BLOCK_WITH_SELF')
        userOf(model, uid)
        userOf(model, blocked)
        model.blocks.add(`${uid} ${blocked}`)
      },
    }),
  ),
  aPair.map(([uid, blocked]) =>
    step(`${uid} unblocks ${blocked}`, {
      onDirectory: ({ contacts }) => contacts.unblock(uid, blocked),
      onModel: ({ blocks }) => {
        if (!blocks.delete(`${uid} ${blocked}`)) refuse('BLOCK_NOT_FOUND')
      },
    }),
  ),
]
