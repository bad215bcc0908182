import { checkFuture, checkText } from '../directory/checks.ts'
import { type Page, type PageRequest, readPage } from '../directory/page.ts'
import { DomainError } from '../domain-error.ts'
import type { Stores, UnitOfWork } from '../ports/unit-of-work.ts'
import type { ApiKey, ApiKeyWithSecret, NewApiKey } from './api-key.ts'

export interface ApiKeys {
  add(key: NewApiKey): Promise<ApiKeyWithSecret>
  /** Ordered by id. */
  list(page?: PageRequest): Promise<Page<ApiKey>>
  show(id: string): Promise<ApiKey>
  /** Makes another key of the same rights; the old one is good until `oldValidUntil`. */
  rotate(id: string, oldValidUntil: Date): Promise<ApiKeyWithSecret>
  remove(id: string): Promise<void>
}

export interface ApiKeyParts {
  readonly unitOfWork: UnitOfWork
  readonly makeApiKey: () => {
    readonly id: string
    readonly secret: string
    readonly digest: Buffer
  }
  readonly now: () => Date
}

const NAME_BYTES_MAX = 512

export function createApiKeys(parts: ApiKeyParts): ApiKeys {
  const { unitOfWork } = parts
  return {
    async add(key) {
      checkText('name', key.name, NAME_BYTES_MAX)
      if (key.expiresAt !== undefined) checkFuture('expiresAt', key.expiresAt, parts.now())
      return unitOfWork.run((stores) => insert(parts, stores, key))
    },

    list: (page = {}) =>
      readPage(
        page,
        ({ id }) => id,
        (slice) => unitOfWork.run(({ apiKeys }) => apiKeys.list(slice)),
      ),

    show: (id) => unitOfWork.run((stores) => find(stores, id)),

    async rotate(id, oldValidUntil) {
      checkFuture('oldValidUntil', oldValidUntil, parts.now())
      return unitOfWork.run(async (stores) => {
        const { name, role, scopes, expiresAt } = await find(stores, id)
        const made = await insert(parts, stores, { name, role, scopes, expiresAt })
        await stores.apiKeys.replace(id, made.key.id, oldValidUntil)
        return made
      })
    },

    async remove(id) {
      if (!(await unitOfWork.run(({ apiKeys }) => apiKeys.remove(id)))) throw keyNotFound(id)
    },
  }
}

async function insert(
  { makeApiKey }: ApiKeyParts,
  stores: Stores,
  key: NewApiKey,
): Promise<ApiKeyWithSecret> {
  const { id, secret, digest } = makeApiKey()
  await stores.apiKeys.insert({ ...key, id, digest })
  return { key: await find(stores, id), secret }
}

async function find({ apiKeys }: Stores, id: string): Promise<ApiKey> {
  const key = await apiKeys.find(id)
  if (key === undefined) throw keyNotFound(id)
  return key
}

function keyNotFound(id: string): DomainError {
  return new DomainError('KEY_NOT_FOUND', `no API key ${JSON.stringify(id)}`, 'id')
}
