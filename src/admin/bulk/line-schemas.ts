import { Type } from 'typebox'
import type { ImportKind } from '../../core/bulk/import-line.ts'
import { choice, Identifier, line, NumberedId, nullable } from '../schemas.ts'

/** argon2id in PHC form, within costs that a login can be asked to pay. */
const PasswordHash = Type.String({
  maxLength: 512,
  pattern:
    '^\\$argon2id\\$v=19\\$m=[1-9][0-9]{0,5},t=[1-9][0-9]?,p=[1-9][0-9]?\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{22,171}$',
})

const NAME_BYTES_MAX = 512
const APP_BYTES_MAX = 128
const TOKEN_BYTES_MAX = 4096
const LOCALE_CHARACTERS_MAX = 35

const Provider = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' })

function lineOf<Properties extends Parameters<typeof Type.Object>[0]>(
  kind: ImportKind,
  properties: Properties,
) {
  return Type.Object({ kind: Type.Literal(kind), ...properties }, { additionalProperties: false })
}

/** What a line of an import may be, by kind. */
export const LINE_SCHEMAS = {
  user: lineOf('user', {
    uid: Identifier,
    displayName: Type.Optional(nullable(line(NAME_BYTES_MAX))),
    contactPolicy: Type.Optional(nullable(choice(['everyone', 'contacts']))),
    disabled: Type.Optional(Type.Boolean()),
    passwordHash: Type.Optional(PasswordHash),
  }),
  device: lineOf('device', {
    clientId: Identifier,
    uid: Identifier,
    app: Type.Optional(nullable(line(APP_BYTES_MAX))),
    platform: Type.Optional(nullable(line(APP_BYTES_MAX))),
  }),
  group: lineOf('group', {
    gid: Identifier,
    owner: Identifier,
    displayName: Type.Optional(nullable(line(NAME_BYTES_MAX))),
    invitePolicy: Type.Optional(choice(['members', 'admins'])),
  }),
  member: lineOf('member', {
    gid: Identifier,
    uid: Identifier,
    role: Type.Optional(choice(['owner', 'admin', 'member'])),
  }),
  address: lineOf('address', {
    // As an export has it; an import makes its own.
    id: Type.Optional(NumberedId),
    channel: choice(['push', 'email', 'sms']),
    clientId: Type.Optional(nullable(Identifier)),
    uid: Type.Optional(nullable(Identifier)),
    provider: Provider,
    token: line(TOKEN_BYTES_MAX),
    locale: Type.Optional(nullable(line(LOCALE_CHARACTERS_MAX))),
  }),
} as const
