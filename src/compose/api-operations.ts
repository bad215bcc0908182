import type { OperationsRoutesOptions } from '../admin/resources/operations.ts'
import { TEMPLATE_KINDS } from '../channels/template-form.ts'
import type { Config } from '../config/config.ts'
import { explainTopic } from '../core/access/explain-topic.ts'
import { createApiKeys } from '../core/admin/api-keys.ts'
import { noteReceipts } from '../core/delivery/note-receipts.ts'
import { markRead } from '../core/directory/mark-read.ts'
import { explainMessage } from '../core/reach/explain-message.ts'
import { explainReach } from '../core/reach/explain-reach.ts'
import { readSeries, readStats } from '../core/stats/read-stats.ts'
import { makeApiKey } from '../credentials/api-key.ts'
import { createDeadDeliveryStore } from '../postgres/dead-delivery-store.ts'
import { readQueueGauges } from '../postgres/delivery-gauges.ts'
import { createMessageSearch } from '../postgres/message-search.ts'
import { createMessageTraces } from '../postgres/message-traces.ts'
import { createReachFactsSource } from '../postgres/reach-facts.ts'
import { createReadMarker } from '../postgres/read-marker.ts'
import { createReceiptStore } from '../postgres/receipt-store.ts'
import { runOnPool } from '../postgres/run-sql.ts'
import { createStatStore } from '../postgres/stat-store.ts'
import { composeTopicAccess } from './access.ts'
import { type BoardParts, createProviderBoard } from './provider-board.ts'
import { previewTemplates, templateLanguages } from './templates.ts'

/** What operators and support ask for. */
export function composeOperations(
  config: Config,
  parts: BoardParts,
): Omit<OperationsRoutesOptions, 'parts' | 'directory'> {
  const { pool, log, templates } = parts
  const found = createMessageTraces(pool)
  const traces = { ...found, find: found.findById }
  const topics = composeTopicAccess(pool, config)
  const source = createReachFactsSource(pool)
  const policy = config.reach
  const receipts = createReceiptStore(pool)
  const marker = createReadMarker(pool, { ring: async () => {} })
  const stats = createStatStore(pool)
  return {
    apiKeysOn: (unitOfWork) => createApiKeys({ unitOfWork, makeApiKey, now: () => new Date() }),
    messages: createMessageSearch(pool),
    explainMessage: (question) => explainMessage({ traces, policy, nowMs: Date.now() }, question),
    explainTopic: (question) => explainTopic(topics, question),
    explainReach: (question) => explainReach({ source, policy, nowMs: Date.now() }, question),
    deliveries: createDeadDeliveryStore(runOnPool(pool)),
    noteReceipts: (given) =>
      noteReceipts(receipts, { provider: undefined, receipts: given, gone: [] }, Date.now()),
    markRead: (request) => markRead({ marker, nowMs: Date.now() }, request),
    templates: {
      languages: () => templateLanguages(templates).map(withKinds),
      preview: (locale) => previewTemplates(templates, locale, log),
    },
    providers: createProviderBoard(config, parts, stats),
    stats: {
      now: () => readStats(stats, (nowMs) => readQueueGauges(pool, nowMs), Date.now()),
      series: (question) => readSeries(stats, question),
    },
  }
}

function withKinds({ language, missing }: { language: string; missing: readonly string[] }) {
  return { language, missing, kinds: TEMPLATE_KINDS.filter((kind) => !missing.includes(kind)) }
}
