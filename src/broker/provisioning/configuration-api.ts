import type { BrokerAccess } from '../../core/ports/provisioning.ts'

/** Calls to the management API of an EMQX 5 or 6. */
export interface ConfigurationApi {
  /** `path` is below `/api/v5`. Throws `BrokerUnreachable`. */
  call(method: Method, path: string, body?: unknown): Promise<ConfigurationAnswer>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface ConfigurationAnswer {
  readonly status: number
  /** JSON as a value, anything else as text, nothing as undefined. */
  readonly body: unknown
  /** The broker's clock, to the second; milliseconds since 1970. */
  readonly dateMs: number | undefined
}

/** Nobody answered at the address, or not in time. */
export class BrokerUnreachable extends Error {
  override readonly name = 'BrokerUnreachable'
}

const TIMEOUT_MS = 10_000

export function createConfigurationApi({ url, key, secret }: BrokerAccess): ConfigurationApi {
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`
  return {
    async call(method, path, body) {
      try {
        const response = await fetch(`${url}/api/v5${path}`, {
          method,
          headers: {
            authorization,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        return await readAnswer(response)
      } catch (cause) {
        throw new BrokerUnreachable(reasonOf(cause), { cause })
      }
    },
  }
}

async function readAnswer(response: Response): Promise<ConfigurationAnswer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const dateMs = Date.parse(response.headers.get('date') ?? '')
  return {
    status: response.status,
    body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
  }
}

/** What `fetch` says is "fetch failed"; why stands behind it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name
}
