import { type Static, Type } from 'typebox'
import type { User } from '../../core/directory/user.ts'
import { Identifier, named, nullable, Time } from '../schemas.ts'

export const DisplayName = Type.String({ minLength: 1, maxLength: 512, examples: ['Ann'] })
export const ContactPolicy = Type.Union([Type.Literal('everyone'), Type.Literal('contacts')], {
  description: 'Who may write to the inbox; null leaves it to the installation.',
})

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
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, format: 'password' })),
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
