import type { Broker } from '../../demo/broker/broker.ts'

/** The key that tests give a broker's management API. */
export const API_KEY = { key: 'herald', secret: 'a secret of sixteen' } as const
export const MANAGEMENT = { keys: { [API_KEY.key]: API_KEY.secret } } as const

export interface ManagementAnswer {
  readonly status: number
  /** As JSON where it is; the text otherwise. */
  readonly body: unknown
}

/** Calls a broker's management API, below `/api/v5`. */
export async function callManagement(
  { management }: Pick<Broker, 'management'>,
  method: string,
  path: string,
  body?: unknown,
  credentials = `${API_KEY.key}:${API_KEY.secret}`,
): Promise<ManagementAnswer> {
  const response = await fetch(`${management.url}/api/v5${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}
