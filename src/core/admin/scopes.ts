/** What the REST API is about; each can be read and written by those who have the scope. */
export const RESOURCES = [
  'users',
  'devices',
  'addresses',
  'groups',
  'contacts',
  'requests',
  'preferences',
  'presence',
  'messages',
  'bodies',
  'deliveries',
  'notifications',
  'rules',
  'providers',
  'templates',
  'keys',
  'audit',
  'stats',
  'bulk',
] as const

export type Resource = (typeof RESOURCES)[number]
export type Scope = `${Resource}:${'read' | 'write'}`

/** The scope to read what `scope` lets somebody change. */
export function readingOf(scope: Scope): Scope {
  const resource = RESOURCES.find((one) => scope.startsWith(`${one}:`))
  return resource === undefined ? scope : `${resource}:read`
}

export const KEY_ROLES = ['admin', 'operator', 'support', 'app-server'] as const
export type KeyRole = (typeof KEY_ROLES)[number]

const every = (verb: 'read' | 'write', resources: readonly Resource[]): readonly Scope[] =>
  resources.map((resource): Scope => `${resource}:${verb}`)

const PEOPLE = [
  'users',
  'devices',
  'addresses',
  'groups',
  'contacts',
  'requests',
  'preferences',
  'presence',
] as const satisfies readonly Resource[]

/** What each role may. An operator sees and repairs but never edits people; support reads traces. */
const SCOPES_BY_ROLE: Readonly<Record<KeyRole, readonly Scope[]>> = {
  admin: [...every('read', RESOURCES), ...every('write', RESOURCES)],
  operator: [
    ...every(
      'read',
      RESOURCES.filter((resource) => resource !== 'keys' && resource !== 'bulk'),
    ),
    ...every('write', ['deliveries', 'providers']),
  ],
  support: every('read', [...PEOPLE, 'messages', 'deliveries', 'providers']),
  'app-server': [
    ...every('read', [
      ...PEOPLE,
      'messages',
      'bodies',
      'deliveries',
      'notifications',
      'templates',
      'bulk',
    ]),
    ...every('write', [...PEOPLE, 'messages', 'notifications', 'bulk']),
  ],
}

/** Whether somebody may read what people wrote. Support may not, and no scope of its own says so. */
export function mayReadWords(scopes: ReadonlySet<Scope>): boolean {
  return scopes.has('notifications:read')
}

const SCOPES: ReadonlySet<string> = new Set(SCOPES_BY_ROLE.admin)

export function isScope(text: string): text is Scope {
  return SCOPES.has(text)
}

/** What a key may: what its role may, narrowed to the scopes it names. */
export function scopesOf(
  role: KeyRole,
  narrowedTo: readonly Scope[] | undefined,
): ReadonlySet<Scope> {
  const scopes = SCOPES_BY_ROLE[role]
  return new Set(
    narrowedTo === undefined ? scopes : scopes.filter((one) => narrowedTo.includes(one)),
  )
}
