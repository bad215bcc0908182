import { type Static, Type } from 'typebox'
import type { DeletedUser, User } from '../../core/directory/user.ts'
import { Identifier, named, nullable, Time } from '../schemas.ts'

export const DisplayName = Type.String({ minLength: 1, maxLength: 512, examples: ['Ann'] })
export const ContactPolicy = Type.Union([Type.Literal('everyone'), Type.Literal('contacts')], {
  description: 'Who may write to the inbox; null leaves it to the installation.',
})

/** What it may be, the core says. */
export const Password = Type.String({ minLength: 1, maxLength: 1024, format: 'password' })

export const UserBody = named(
  'User',
  {
    uid: Identifier,
    displayName: nullable(DisplayName),
    contactPolicy: nullable(ContactPolicy),
    hasPassword: Type.Boolean(),
    disabledAt: nullable(Time),
    createdAt: Time,
  },
  'Somebody with devices.',
)

export const NewUserBody = named(
  'NewUser',
  {
    uid: Identifier,
    displayName: Type.Optional(DisplayName),
    contactPolicy: Type.Optional(ContactPolicy),
    password: Type.Optional(Password),
  },
  'A user to be made.',
)

export const UserPatch = named(
  'UserPatch',
  {
    displayName: Type.Optional(nullable(DisplayName)),
    contactPolicy: Type.Optional(nullable(ContactPolicy)),
    disabled: Type.Optional(
      Type.Boolean({ description: 'Whether logins and topic questions are refused.' }),
    ),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

export const DeletedUserBody = named(
  'DeletedUser',
  { uid: Identifier, deletedAt: Time },
  'A uid that nobody gets again until it is released.',
)

export function deletedUserBody({ uid, deletedAt }: DeletedUser): Static<typeof DeletedUserBody> {
  return { uid, deletedAt: deletedAt.toISOString() }
}

export function userBody(user: User): Static<typeof UserBody> {
  return {
    uid: user.uid,
    displayName: user.displayName ?? null,
    contactPolicy: user.contactPolicy ?? null,
    hasPassword: user.hasPassword,
    disabledAt: user.disabledAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
  }
}
