import type { BrokerAnswer, BrokerControl, BrokerMessage } from '../../core/ports/broker-control.ts'
import type { ApiEndpoint } from './api-session.ts'
import {
  clientObjection,
  clientPath,
  filtersObjection,
  type Objection,
  refused,
  topicObjection,
} from './before-call.ts'
import { readNothing } from './body-reader.ts'
import { readEmqx4Reply } from './emqx4-reply.ts'
import {
  readEmqx4Batch,
  readEmqx4Client,
  readEmqx4Clients,
  readEmqx4Nodes,
  readEmqx4Subscriptions,
} from './emqx4-wire.ts'
import { createManagementApi, type ManagementApi } from './management-api.ts'
import { PAGE_SIZE, pageNumber, pageOf } from './paging.ts'

/**
 * EMQX 4 by `/api/v4`. It knows no retain handling: a filter that is there already brings what is retained
 * again, so whoever calls leaves it out.
 */
export function createEmqx4Control(endpoint: ApiEndpoint): BrokerControl {
  const api = createManagementApi(endpoint, '/api/v4', readEmqx4Reply)
  return {
    capabilities: (signal) => api.ask({ method: 'GET', path: '/nodes' }, readEmqx4Nodes, signal),
    ...clientCalls(api),
    ...subscriptionCalls(api),
    clearTopicCache: (clientId, signal) =>
      api.askOf(clientId, { method: 'DELETE', rest: '/acl_cache' }, readNothing, signal),
    clearTopicCaches: (signal) =>
      api.ask({ method: 'DELETE', path: '/acl-cache' }, readNothing, signal),
    publish: async (message, signal) =>
      topicObjection(message.topic) ??
      commaObjection([message.topic]) ??
      (await api.ask(
        { method: 'POST', path: '/mqtt/publish', body: messageBody(message) },
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
      api.askOf(clientId, { method: 'GET' }, readEmqx4Client, signal),
    async listClients(after, signal) {
      const page = pageNumber(after)
      const path = `/clients?_page=${page}&_limit=${PAGE_SIZE}`
      return pageOf(await api.ask({ method: 'GET', path }, readEmqx4Clients, signal), page)
    },
    endSession: (clientId, signal) =>
      api.askOf(clientId, { method: 'DELETE' }, readNothing, signal),
  }
}

function subscriptionCalls(
  api: ManagementApi,
): Pick<BrokerControl, 'subscriptionsOf' | 'subscribe' | 'unsubscribe'> {
  return {
    async subscriptionsOf(clientId, signal) {
      const segment = clientPath(clientId)
      if (segment === undefined) return clientObjection(clientId)
      const call = { method: 'GET', path: `/subscriptions/${segment}` } as const
      const answer = await api.ask(call, readEmqx4Subscriptions, signal)
      if (answer.kind !== 'done' || answer.value.length > 0) return answer
      // Nobody has no subscriptions either.
      const client = await api.askOf(clientId, { method: 'GET' }, readEmqx4Client, signal)
      return client.kind === 'done' ? answer : client
    },
    async subscribe(clientId, filters, signal) {
      const objection = filtersObjection(filters) ?? commaObjection(filters)
      if (objection !== undefined) return objection
      const batch = filters.map((topic) => ({ clientid: clientId, topic, qos: 1 }))
      return await askBatch(api, '/mqtt/subscribe_batch', batch, signal)
    },
    async unsubscribe(clientId, filters, signal) {
      const objection = filtersObjection(filters)
      if (objection !== undefined) return objection
      const batch = filters.map((topic) => ({ clientid: clientId, topic }))
      return await askBatch(api, '/mqtt/unsubscribe_batch', batch, signal)
    },
  }
}

async function askBatch(
  api: ManagementApi,
  path: string,
  batch: readonly object[],
  signal: AbortSignal,
): Promise<BrokerAnswer<undefined>> {
  if (batch.length === 0) return { kind: 'done', value: undefined }
  return await api.ask({ method: 'POST', path, body: batch }, readEmqx4Batch, signal)
}

/** EMQX 4 splits topics at commas, in `topic` as in `topics` (`emqx_mgmt_api_pubsub`, in its sources). */
function commaObjection(topics: readonly string[]): Objection | undefined {
  const split = topics.find((topic) => topic.includes(','))
  if (split === undefined) return undefined
  return refused(`EMQX 4 would split ${JSON.stringify(split)} at its comma`)
}

function messageBody({ topic, payload, qos, userProperties }: BrokerMessage) {
  return {
    topic,
    payload: payload.toString('base64'),
    encoding: 'base64',
    qos,
    retain: false,
    // As EMQX 5 calls it, so that events name the same sender.
    clientid: 'http_api',
    ...(userProperties !== undefined && { user_properties: userProperties }),
  }
}
