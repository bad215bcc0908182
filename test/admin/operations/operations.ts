import type { OperationTable } from '../operation-row.ts'
import { DEAD_ID, KEY_ID, MESSAGE_ID, OTHER_KEY_ID } from '../operations-furniture.ts'

const ALL = 'admin operator support app-server'
const MESSAGES = `/v1/messages/${MESSAGE_ID}`
const DELIVERY = `/v1/deliveries/${DEAD_ID}`

/** What operators and support ask for. */
export const OPERATIONS_OPERATIONS = {
  listMessages: { url: '/v1/messages?user=bob', status: 200, may: ALL },
  readMessage: { url: MESSAGES, status: 200, may: ALL },
  // What people write is nobody's business who helps them.
  readMessageContent: {
    url: `${MESSAGES}/content`,
    status: 200,
    may: 'admin operator app-server',
  },
  listDeliveries: { url: '/v1/deliveries?user=bob', status: 200, may: ALL },
  readDelivery: { url: DELIVERY, status: 200, may: ALL },
  redriveDelivery: {
    url: `${DELIVERY}:redrive`,
    body: {},
    status: 200,
    may: 'admin operator',
  },
  discardDelivery: {
    url: `/v1/deliveries/${DEAD_ID.slice(0, -1)}2:discard`,
    status: 200,
    may: 'admin operator',
  },
  redriveDeliveries: {
    url: '/v1/deliveries:redrive',
    body: { provider: 'stub' },
    status: 200,
    may: 'admin operator',
  },
  discardDeliveries: {
    url: '/v1/deliveries:discard',
    body: { state: 'failed' },
    status: 200,
    may: 'admin operator',
  },
  explainTopic: {
    url: '/v1/explain/topic',
    body: { uid: 'ann', clientId: 'x', action: 'publish', topic: 'user/bob/inbox/ann' },
    status: 200,
    may: ALL,
  },
  explainReach: {
    url: '/v1/explain/reach',
    body: { uid: 'bob', topic: 'user/bob/inbox/ann', payload: 'hi' },
    status: 200,
    may: ALL,
  },
  listRules: { url: '/v1/rules', status: 200, may: 'admin operator' },
  createRule: {
    url: '/v1/rules',
    body: { effect: 'allow', action: 'all', filter: 'open/+', scope: { kind: 'everyone' } },
    status: 201,
    may: 'admin',
  },
  readRule: { url: '/v1/rules/1', status: 200, may: 'admin operator' },
  deleteRule: { url: '/v1/rules/1', status: 204, may: 'admin' },
  listTemplates: { url: '/v1/templates', status: 200, may: 'admin operator app-server' },
  readTemplate: { url: '/v1/templates/en', status: 200, may: 'admin operator app-server' },
  previewTemplates: {
    url: '/v1/templates/preview?locale=en&kind=invitation',
    status: 200,
    may: 'admin operator app-server',
  },
  listProviders: { url: '/v1/providers', status: 200, may: 'admin operator support' },
  readProvider: { url: '/v1/providers/stub', status: 200, may: 'admin operator support' },
  checkProvider: { url: '/v1/providers/stub:check', status: 200, may: 'admin operator' },
  retryProvider: { url: '/v1/providers/stub:retry', status: 200, may: 'admin operator' },
  listKeys: { url: '/v1/keys', status: 200, may: 'admin' },
  createKey: {
    url: '/v1/keys',
    body: { name: 'nightly', role: 'support' },
    status: 201,
    may: 'admin',
  },
  readKey: { url: `/v1/keys/${KEY_ID}`, status: 200, may: 'admin' },
  rotateKey: { url: `/v1/keys/${OTHER_KEY_ID}:rotate`, body: {}, status: 201, may: 'admin' },
  deleteKey: { url: `/v1/keys/${KEY_ID}`, status: 204, may: 'admin' },
  listAuditEntries: { url: '/v1/audit', status: 200, may: 'admin operator' },
  noteReceipts: {
    url: '/v1/receipts',
    body: { receipts: [{ ref: DEAD_ID, kind: 'opened' }] },
    status: 200,
    may: 'admin app-server',
  },
  markRead: {
    url: '/v1/read-marks',
    body: { uid: 'ann', conversation: 'group/hikers' },
    status: 200,
    may: 'admin app-server',
  },
  readStats: { url: '/v1/stats', status: 200, may: 'admin operator' },
  readStatSeries: {
    url: '/v1/stats/series?metric=deliveries&from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z',
    status: 200,
    may: 'admin operator',
  },
} as const satisfies OperationTable
