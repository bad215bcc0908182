import { NDJSON } from '../../src/admin/operation.ts'
import { composeApiKeys } from '../../src/compose/api-keys.ts'
import { composeDirectory } from '../../src/compose/directory.ts'
import { KEY_ROLES, type KeyRole } from '../../src/core/admin/scopes.ts'
import type { Directory } from '../../src/core/directory/directory.ts'
import { openApiApp } from './api-app.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type AnswerCheck, createAnswerCheck, isDocument, type OpenApiDocument } from './openapi.ts'

/** The REST API on a database of its own. Every answer is held against the document. */
export interface ApiWorld extends Pick<TestDatabase, 'db' | 'pool' | 'address'> {
  readonly document: OpenApiDocument
  readonly directory: Directory
  /** A key of each role. */
  readonly keys: Readonly<Record<KeyRole, string>>
  /** By an admin, unless it is told otherwise. `target` is `GET /v1/users/ann`; a text is lines of JSON. */
  call(target: string, body?: unknown, options?: CallOptions): Promise<ApiAnswer>
  /** For clients of their own. */
  listen(): Promise<string>
  close(): Promise<void>
}

export interface CallOptions {
  /** Null sends none. */
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the document has been held against.
  readonly body: any
}

/** Settings beside the database, as an environment has them. */
export async function openApiWorld(env: Readonly<Record<string, string>> = {}): Promise<ApiWorld> {
  const { address, pool, db, drop } = await createTestDatabase()
  const { app, setup, providers, close } = await openApiApp(address, env)
  await app.ready()
  const document: unknown = (await app.inject('/openapi.json')).json()
  if (!isDocument(document)) throw new Error('there is no document')
  const check: AnswerCheck = createAnswerCheck(document)
  const keys = await makeKeys(composeApiKeys(db))
  return {
    address,
    pool,
    db,
    document,
    directory: composeDirectory(db, setup.config, providers),
    keys,
    async call(target, body, { key = keys.admin, headers = {} } = {}) {
      const [method = '', url = ''] = target.split(' ')
      const isText = typeof body === 'string'
      const answer = await app.inject({
        method: methodOf(method),
        url,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': isText ? NDJSON : 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: isText ? body : JSON.stringify(body) }),
      })
      const read = readBody(answer.body, String(answer.headers['content-type']))
      check(method, url, answer.statusCode, read)
      return { status: answer.statusCode, headers: answer.headers, body: read }
    },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await close()
      await drop()
    },
  }
}

function readBody(body: string, type: string): unknown {
  if (type.startsWith(NDJSON)) return body
  return body === '' ? undefined : JSON.parse(body)
}

async function makeKeys(
  apiKeys: ReturnType<typeof composeApiKeys>,
): Promise<Record<KeyRole, string>> {
  const keys: Record<KeyRole, string> = { admin: '', operator: '', support: '', 'app-server': '' }
  for (const role of KEY_ROLES) keys[role] = (await apiKeys.add({ name: role, role })).secret
  return keys
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function methodOf(name: string): (typeof METHODS)[number] {
  const method = METHODS.find((one) => one === name)
  if (method === undefined) throw new Error(`no method ${name}`)
  return method
}
