import type { RegisteredChannel } from '../channel/channel-registry.ts'
import type { Hub } from '../hub.ts'
import { clientPage } from './client-page.ts'
import { clientRow, subscriptionRows } from './client-row.ts'
import { type Answer, type Call, NO_CONTENT, ok, type Route, refusal } from './route.ts'
import { subscribeByOrder, unsubscribeByOrder } from './subscribe-by-order.ts'
import { readFilters, readSubscriptions } from './subscription-list.ts'

/** Clients with a connection or a session, what they are subscribed to, and how they are sent away. */
export function clientRoutes(hub: Hub): readonly Route[] {
  return [
    { method: 'GET', path: '/clients', answer: ({ query }) => clientPage(hub, query) },
    // Before what takes a client id.
    { method: 'POST', path: '/clients/kickout/bulk', answer: (call) => kickAll(hub, call) },
    ...oneClientRoutes(hub),
    ...subscriptionRoutes(hub),
    ...verdictRoutes(hub),
  ]
}

async function kickAll({ channels }: Hub, { body }: Call): Promise<Answer> {
  const ids: readonly unknown[] = Array.isArray(body) ? body : []
  const known = ids.flatMap((id) => (typeof id === 'string' ? (channels.get(id) ?? []) : []))
  await Promise.all(known.map((channel) => channel.kick()))
  return NO_CONTENT
}

function oneClientRoutes(hub: Hub): readonly Route[] {
  const client = withClient(hub)
  return [
    {
      method: 'GET',
      path: '/clients/:clientid',
      answer: client((channel) => ok(clientRow(channel, hub.settings))),
    },
    {
      method: 'DELETE',
      path: '/clients/:clientid',
      answer: client(async (channel) => {
        await channel.kick()
        return NO_CONTENT
      }),
    },
  ]
}

function subscriptionRoutes(hub: Hub): readonly Route[] {
  const client = withClient(hub)
  return [
    {
      method: 'GET',
      path: '/clients/:clientid/subscriptions',
      answer: client((channel) => ok(subscriptionRows(channel))),
    },
    {
      method: 'POST',
      path: '/clients/:clientid/subscribe/bulk',
      answer: client(async (channel, { body }) => {
        const wanted = readSubscriptions(body)
        if (wanted.kind === 'refused') return wanted.answer
        const rows = await subscribeByOrder(hub, channel, wanted.value)
        return rows === undefined ? UNKNOWN : ok(rows)
      }),
    },
    {
      method: 'POST',
      path: '/clients/:clientid/unsubscribe/bulk',
      answer: client(async (channel, { body }) => {
        const filters = readFilters(body)
        if (filters.kind === 'refused') return filters.answer
        const ended = await unsubscribeByOrder(hub, channel, filters.value)
        return ended === undefined ? UNKNOWN : NO_CONTENT
      }),
    },
  ]
}

/** What forgets the topic verdicts that are cached. */
function verdictRoutes(hub: Hub): readonly Route[] {
  return [
    {
      method: 'DELETE',
      path: '/clients/:clientid/authorization/cache',
      answer: withClient(hub)(({ rights }) => {
        rights.forget()
        return NO_CONTENT
      }),
    },
    {
      method: 'DELETE',
      path: '/authorization/cache',
      answer() {
        for (const { rights } of hub.channels.all()) rights.forget()
        return NO_CONTENT
      },
    },
  ]
}

const UNKNOWN = refusal(404, 'CLIENTID_NOT_FOUND', 'Client ID not found')

type ClientAnswer = (channel: RegisteredChannel, call: Call) => Answer | Promise<Answer>

/** Answers about a client that is known, and 404 otherwise: just after its connect, too, if so set. */
function withClient({ channels, faults, timers }: Hub): (answer: ClientAnswer) => Route['answer'] {
  return (answer) => (call) => {
    const channel = channels.get(call.param('clientid'))
    const unknownForMs = faults.now.unknownAfterConnectMs ?? 0
    if (channel === undefined || timers.now() - channel.connectedAt < unknownForMs) return UNKNOWN
    return answer(channel, call)
  }
}
