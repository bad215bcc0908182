import { type Static, Type } from 'typebox'
import type { Block, Contact } from '../../core/directory/contact.ts'
import { choice, Identifier, named, parameters, Time } from '../schemas.ts'

export const ContactBody = named(
  'Contact',
  { uid: Identifier, contactUid: Identifier, createdAt: Time },
  '`contactUid` may write to `uid` where only contacts may.',
)

export const BlockBody = named(
  'Block',
  { uid: Identifier, blockedUid: Identifier, createdAt: Time },
  'Nothing that `blockedUid` writes reaches the inbox of `uid`.',
)

export const DirectionQuery = parameters({
  direction: Type.Optional(
    choice(
      ['both-ways', 'one-way'],
      'Whether each is meant as a contact of the other, or only `contactUid` as one of `uid`; both-ways, if left out.',
    ),
  ),
})

export function contactBody({ uid, contactUid, createdAt }: Contact): Static<typeof ContactBody> {
  return { uid, contactUid, createdAt: createdAt.toISOString() }
}

export function blockBody({ uid, blockedUid, createdAt }: Block): Static<typeof BlockBody> {
  return { uid, blockedUid, createdAt: createdAt.toISOString() }
}
