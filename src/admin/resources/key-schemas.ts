import { type Static, Type } from 'typebox'
import type { ApiKey } from '../../core/admin/api-key.ts'
import { KEY_ROLES, RESOURCES, type Scope } from '../../core/admin/scopes.ts'
import { choice, line, named, nullable, Time } from '../schemas.ts'

const EVERY_SCOPE: readonly Scope[] = RESOURCES.flatMap((resource): Scope[] => [
  `${resource}:read`,
  `${resource}:write`,
])

const ScopeName = Type.Unsafe<Scope>({ type: 'string', enum: [...EVERY_SCOPE] })
const Scopes = Type.Array(ScopeName, {
  maxItems: EVERY_SCOPE.length,
  description: 'Narrows the role to these.',
})
const Role = choice(KEY_ROLES, 'What it may: at most what the role may.')
const Name = line(512, 'What it is for, in your words.')

export const KeyId = Type.String({ pattern: '^[0-9a-z]{12}$', examples: ['3k5mz0q8w2xa'] })

const KEY = {
  id: KeyId,
  name: Name,
  role: Role,
  scopes: nullable(Scopes),
  createdAt: Time,
  expiresAt: nullable(Time),
  lastUsedAt: nullable(Time),
  replacedBy: nullable(KeyId),
}

export const KeyBody = named('ApiKey', KEY, 'A key to this API; its secret is nowhere.')

export const KeyWithSecretBody = named(
  'ApiKeyWithSecret',
  { ...KEY, key: Type.String({ description: 'The whole key. It is shown this once.' }) },
  'A key that has just been made.',
)

export const NewKeyBody = named(
  'NewApiKey',
  {
    name: Name,
    role: Role,
    scopes: Type.Optional(Scopes),
    expiresAt: Type.Optional(Time),
  },
  'A key to be made, with no more rights than the one that makes it.',
)

/** A year. */
const OVERLAP_SECONDS_MAX = 31_536_000

export const KeyRotation = named(
  'ApiKeyRotation',
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: OVERLAP_SECONDS_MAX,
        description: 'For how long the old key is still good; a day where it is left out.',
      }),
    ),
  },
  'How a key is replaced.',
)

export function keyBody(key: ApiKey): Static<typeof KeyBody> {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    scopes: key.scopes === undefined ? null : [...key.scopes],
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    replacedBy: key.replacedBy ?? null,
  }
}
