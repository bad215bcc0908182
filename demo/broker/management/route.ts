/** One thing that the management API can do. A folder's routes are data, so that others add theirs. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api/v5`; `:name` stands for one segment. */
  readonly path: string
  /** Whether it is answered without a key. */
  readonly isOpen?: true
  readonly answer: (call: Call) => Answer | Promise<Answer>
}

export interface Call {
  /** A segment of the path, by its name in the route, decoded. */
  param(name: string): string
  readonly query: URLSearchParams
  /** What the body says as JSON; undefined where there is none. */
  readonly body: unknown
}

export interface Answer {
  readonly status: number
  /** A text goes out as it is, anything else as JSON; nothing where it is undefined. */
  readonly body?: unknown
}

export const NO_CONTENT: Answer = { status: 204 }

export function ok(body: unknown): Answer {
  return { status: 200, body }
}

/** EMQX's shape of a refusal. */
export function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } }
}

/** What EMQX says of a value that its schema does not take. */
export function invalid(path: string, value: unknown, reason: unknown): Answer {
  const message = JSON.stringify({ value, reason, path, kind: 'validation_error' })
  return refusal(400, 'BAD_REQUEST', message)
}

export interface FoundRoute {
  readonly route: Route
  readonly params: ReadonlyMap<string, string>
}

/** The first route that fits; `path` is below `/api/v5`. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): FoundRoute | undefined {
  const segments = path.split('/').map(decode)
  for (const route of routes) {
    const params = route.method === method ? paramsOf(route.path, segments) : undefined
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function paramsOf(
  pattern: string,
  segments: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const wanted = pattern.split('/')
  if (wanted.length !== segments.length) return undefined
  const params = new Map<string, string>()
  for (const [index, part] of wanted.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith(':')) params.set(part.slice(1), segment)
    else if (part !== segment) return undefined
  }
  return params
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
