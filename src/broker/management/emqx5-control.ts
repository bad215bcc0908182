import type {
  BrokerAnswer,
  BrokerCapabilities,
  BrokerControl,
  BrokerMessage,
} from '../../core/ports/broker-control.ts'
import type { ApiEndpoint } from './api-session.ts'
import { filtersObjection, topicObjection } from './before-call.ts'
import { readNothing } from './body-reader.ts'
import { readEmqx5Reply } from './emqx5-reply.ts'
import {
  CLIENT_FIELDS,
  readEmqx5Client,
  readEmqx5Clients,
  readEmqx5Nodes,
  readEmqx5Subscriptions,
} from './emqx5-wire.ts'
import { createManagementApi, type ManagementApi } from './management-api.ts'
import { PAGE_SIZE, pageNumber, pageOf } from './paging.ts'

/** EMQX 5 and 6 by `/api/v5`. */
export function createEmqx5Control(endpoint: ApiEndpoint): BrokerControl {
  const api = createManagementApi(endpoint, '/api/v5', readEmqx5Reply)
  return {
    capabilities: (signal) => readCapabilities(api, signal),
    ...clientCalls(api),
    ...subscriptionCalls(api),
    clearTopicCache: (clientId, signal) =>
      api.askOf(clientId, { method: 'DELETE', rest: '/authorization/cache' }, readNothing, signal),
    clearTopicCaches: (signal) => clearTopicCaches(api, signal),
    publish: async (message, signal) =>
      topicObjection(message.topic) ??
      (await api.ask(
        { method: 'POST', path: '/publish', body: messageBody(message) },
        readNothing,
        signal,
      )),
    close: () => api.close(),
  }
}

function clientCalls(
  api: ManagementApi,
): Pick<BrokerControl, 'readClient' | 'listClients' | 'endSession'> {
  return {
    readClient: (clientId, signal) =>
      api.askOf(clientId, { method: 'GET' }, readEmqx5Client, signal),
    async listClients(after, signal) {
      const page = pageNumber(after)
      const path = `/clients?page=${page}&limit=${PAGE_SIZE}&fields=${CLIENT_FIELDS}`
      return pageOf(await api.ask({ method: 'GET', path }, readEmqx5Clients, signal), page)
    },
    endSession: (clientId, signal) =>
      api.askOf(clientId, { method: 'DELETE' }, readNothing, signal),
  }
}

function subscriptionCalls(
  api: ManagementApi,
): Pick<BrokerControl, 'subscriptionsOf' | 'subscribe' | 'unsubscribe'> {
  return {
    subscriptionsOf: (clientId, signal) =>
      api.askOf(
        clientId,
        { method: 'GET', rest: '/subscriptions' },
        readEmqx5Subscriptions,
        signal,
      ),
    async subscribe(clientId, filters, signal) {
      if (filters.length === 0) return DONE
      const body = filters.map((topic) => ({ topic, qos: 1, nl: 0, rap: 0, rh: 1 }))
      const call = { method: 'POST', rest: '/subscribe/bulk', body } as const
      return filtersObjection(filters) ?? (await api.askOf(clientId, call, readNothing, signal))
    },
    async unsubscribe(clientId, filters, signal) {
      if (filters.length === 0) return DONE
      const body = filters.map((topic) => ({ topic }))
      const call = { method: 'POST', rest: '/unsubscribe/bulk', body } as const
      return filtersObjection(filters) ?? (await api.askOf(clientId, call, readNothing, signal))
    },
  }
}

const DONE = { kind: 'done', value: undefined } as const

/** `/status` needs no key: it tells a broker that still starts, or is none, from a key that is wrong. */
async function readCapabilities(
  api: ManagementApi,
  signal: AbortSignal,
): Promise<BrokerAnswer<BrokerCapabilities>> {
  const status = await api.ask({ method: 'GET', path: '/status' }, readNothing, signal)
  if (status.kind === 'done') {
    return await api.ask({ method: 'GET', path: '/nodes' }, readEmqx5Nodes, signal)
  }
  if (status.kind !== 'refused') return status
  return { kind: 'refused', reason: `this is no API of EMQX 5 or 6: ${status.reason}` }
}

/**
 * Those of the clients, and what 5.9 and later keep for a whole node (`authorization.node_cache`, off by
 * default); before 5.9 that path is not there. From EMQX's sources, `emqx_authz_api_cache`.
 */
async function clearTopicCaches(
  api: ManagementApi,
  signal: AbortSignal,
): Promise<BrokerAnswer<undefined>> {
  const clients = { method: 'DELETE', path: '/authorization/cache' } as const
  const answer = await api.ask(clients, readNothing, signal)
  if (answer.kind !== 'done') return answer
  const nodes = { method: 'POST', path: '/authorization/node_cache/reset' } as const
  const reply = await api.reply(nodes, signal)
  const isUnknown = reply.kind === 'answered' && reply.status === 404
  return isUnknown ? DONE : readEmqx5Reply(reply, readNothing)
}

/** 202 says that nobody is subscribed, which is no fault: rules have seen the message all the same. */
function messageBody({ topic, payload, qos, userProperties }: BrokerMessage) {
  return {
    topic,
    payload: payload.toString('base64'),
    payload_encoding: 'base64',
    qos,
    retain: false,
    ...(userProperties !== undefined && { properties: { user_properties: userProperties } }),
  }
}
