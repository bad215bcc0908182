import type { RegisteredChannel } from '../channel/channel-registry.ts'
import type { Hub } from '../hub.ts'
import { clientRow } from './client-row.ts'
import { type Answer, invalid, ok } from './route.ts'

/** `?limit=` of EMQX 5.8; 5.3 takes a thousand. */
const LIMIT_MAX = 10_000
const LIMIT = 100

/** One page of the clients that a query asks for. */
export function clientPage({ channels, settings }: Hub, query: URLSearchParams): Answer {
  const page = Number(query.get('page') ?? 1)
  const limit = Number(query.get('limit') ?? LIMIT)
  if (!isWithin(page, Number.MAX_SAFE_INTEGER)) {
    return invalid('page', page, { expected: 'pos_integer()' })
  }
  if (!isWithin(limit, LIMIT_MAX)) return invalid('limit', limit, { expected: `1..${LIMIT_MAX}` })
  const wanted = channels.all().filter(clientFilter(query))
  const rows = wanted.slice((page - 1) * limit, page * limit)
  const fields = query.get('fields')
  const pick = fieldPicker(fields === null || fields === 'all' ? undefined : fields.split(','))
  return ok({
    data: rows.map((channel) => pick(clientRow(channel, settings))),
    meta: {
      page,
      limit,
      // EMQX does not count what it has to look for.
      ...(isFuzzy(query) ? {} : { count: wanted.length }),
      hasnext: hasNext(page * limit, wanted.length, query),
    },
  })
}

function isWithin(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= max
}

/** As recorded: where EMQX has to look for clients, a page that is just full may have an empty one behind it. */
function hasNext(seen: number, count: number, query: URLSearchParams): boolean {
  return seen < count || (seen === count && query.has('conn_state'))
}

function isFuzzy(query: URLSearchParams): boolean {
  return query.has('like_clientid') || query.has('like_username')
}

function clientFilter(query: URLSearchParams): (channel: RegisteredChannel) => boolean {
  const state = query.get('conn_state')
  const usernames = query.getAll('username')
  const clientIds = query.getAll('clientid')
  const likeUsername = query.get('like_username') ?? ''
  const likeClientId = query.get('like_clientid') ?? ''
  return ({ client: { clientId, username = '' }, disconnectedAt }) =>
    (state === null || state === (disconnectedAt === undefined ? 'connected' : 'disconnected')) &&
    (usernames.length === 0 || usernames.includes(username)) &&
    (clientIds.length === 0 || clientIds.includes(clientId)) &&
    username.includes(likeUsername) &&
    clientId.includes(likeClientId)
}

type Row = ReturnType<typeof clientRow>

function fieldPicker(fields: readonly string[] | undefined): (row: Row) => Partial<Row> {
  if (fields === undefined) return (row) => row
  return (row) => Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)))
}
