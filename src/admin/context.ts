import type { Actor } from '../core/admin/actor.ts'
import type { ApiKeys } from '../core/admin/api-keys.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { DirectoryParts } from '../core/directory/directory-parts.ts'

/** What the routes of the REST API work with. */
export interface ApiContext {
  /** For questions; whatever changes something goes through `write`. */
  readonly directory: Directory
  readonly parts: DirectoryParts
  readonly apiKeysOn: (unitOfWork: DirectoryParts['unitOfWork']) => ApiKeys
  /** Undefined where `secret` is no key that is good now. */
  readonly authenticate: (secret: string) => Promise<Actor | undefined>
}
