import type { FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import manifest from '../../package.json' with { type: 'json' }
import { apiRoutes } from '../admin/api-routes.ts'
import type { TemplateShelf } from '../channels/template-shelf.ts'
import type { Config } from '../config/config.ts'
import type { Actor } from '../core/admin/actor.ts'
import { scopesOf } from '../core/admin/scopes.ts'
import { createDirectory } from '../core/directory/directory.ts'
import { apiKeyId, digestOfApiKey, isApiKey } from '../credentials/api-key.ts'
import { addMissingKey } from '../postgres/api-key-store.ts'
import { createExportSource } from '../postgres/export-source.ts'
import { createImportStore } from '../postgres/import-store.ts'
import { readKeyProof } from '../postgres/key-proof.ts'
import { createDatabase } from '../postgres/pool.ts'
import { createPresenceReader } from '../postgres/presence-store.ts'
import { composeOperations } from './api-operations.ts'
import { directoryParts } from './directory.ts'
import { composeMe, type MeComposition } from './me.ts'
import type { ProviderShelf } from './provider-shelf.ts'

export interface ApiParts extends MeComposition {
  readonly log: Logger
  readonly shelf: ProviderShelf
  readonly templates: TemplateShelf
}

/** What admins, app servers and apps call. */
export async function registerApi(
  app: FastifyInstance,
  config: Config,
  { shelf, templates, log, ...composition }: ApiParts,
): Promise<void> {
  const { pools } = composition
  const pool = pools.api
  const parts = directoryParts(createDatabase(pool), config, shelf.entries)
  await bootstrap(pool, config)
  await app.register(apiRoutes, {
    version: manifest.version,
    requestsPerMinuteMax: config.api.requestsPerMinuteMax,
    authenticate: (secret) => authenticate(pool, secret),
    parts,
    directory: createDirectory(parts),
    presence: createPresenceReader(pool),
    me: composeMe(config, composition),
    ...composeOperations(config, { pool, shelf, templates, log }),
    imports: createImportStore(createDatabase(pools.bulk)),
    exports: createExportSource(pools.bulk),
  })
}

async function authenticate(pool: Pool, secret: string): Promise<Actor | undefined> {
  const id = apiKeyId(secret)
  if (id === undefined) return undefined
  const key = await readKeyProof(pool, id, new Date())
  if (key === undefined || !isApiKey(secret, key.digest)) return undefined
  return { name: `key/${id}`, scopes: scopesOf(key.role, key.scopes), secret }
}

/** So that a fresh installation can be set up by its API alone. */
async function bootstrap(pool: Pool, { api: { bootstrapKey } }: Config): Promise<void> {
  const id = bootstrapKey === undefined ? undefined : apiKeyId(bootstrapKey)
  if (bootstrapKey === undefined || id === undefined) return
  const digest = digestOfApiKey(bootstrapKey)
  await addMissingKey(createDatabase(pool), { id, digest, name: 'bootstrap', role: 'admin' })
}
