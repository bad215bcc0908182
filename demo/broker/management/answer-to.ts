import type { IncomingMessage } from 'node:http'
import type { Hub } from '../hub.ts'
import { keyRefusal } from './api-key.ts'
import { type Answer, type FoundRoute, findRoute, type Route, refusal } from './route.ts'

const BASE = '/api/v5'

export interface Desk {
  readonly hub: Hub
  readonly routes: readonly Route[]
  readonly calls: Map<string, number>
}

/** Counts a call and answers it, as well or as badly as the faults let it. */
export async function answerTo(
  { hub, routes, calls }: Desk,
  { url, method = '', headers }: IncomingMessage,
  body: string,
): Promise<Answer> {
  const target = URL.parse(url ?? '', 'http://broker')
  const path = target?.pathname.startsWith(`${BASE}/`) ? target.pathname.slice(BASE.length) : ''
  const found = findRoute(routes, method, path)
  if (target === null || found === undefined) return NOT_FOUND
  const name = `${found.route.method} ${found.route.path}`
  calls.set(name, (calls.get(name) ?? 0) + 1)
  const failed = await failure(hub)
  if (failed !== undefined) return failed
  const denied = keyRefusal(headers.authorization, hub.settings.management.keys)
  if (denied !== undefined && !found.route.isOpen) return denied
  return await answer(found, target.searchParams, body)
}

async function answer(
  { route, params }: FoundRoute,
  query: URLSearchParams,
  text: string,
): Promise<Answer> {
  let body: unknown
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch {
    return refusal(400, 'BAD_REQUEST', 'Invalid json message received')
  }
  try {
    return await route.answer({ param: (name) => params.get(name) ?? '', query, body })
  } catch (error) {
    return refusal(500, 'INTERNAL_ERROR', String(error))
  }
}

/** What a fault that is switched on makes of a call. */
async function failure({ faults, timers }: Hub): Promise<Answer | undefined> {
  const { management } = faults.now
  switch (management?.kind) {
    case 'slow':
      await new Promise<void>((resolve) => void timers.after(management.ms, resolve))
      return undefined
    case 'status':
      return refusal(management.status, 'INTERNAL_ERROR', 'a fault that was switched on')
    case 'down':
    case undefined:
      return undefined
  }
}

const NOT_FOUND: Answer = {
  status: 404,
  body: '<html><head><title>404 - NOT FOUND</title></head><body><h1>404 - NOT FOUND</h1></body></html>',
}
