import type { FastifyPluginAsync } from 'fastify'
import { auditRoutes } from './audit.ts'
import { type DeliveryRoutesOptions, deliveryRoutes } from './deliveries.ts'
import { deliveryBatchRoutes } from './delivery-batches.ts'
import { type ExplainRoutesOptions, explainRoutes } from './explain.ts'
import { type KeyRoutesOptions, keyRoutes } from './keys.ts'
import { type MessageRoutesOptions, messageRoutes } from './messages.ts'
import { type ProviderRoutesOptions, providerRoutes } from './providers.ts'
import { type ReceiptRoutesOptions, receiptRoutes } from './receipts.ts'
import { type RuleRoutesOptions, ruleRoutes } from './rules.ts'
import { type StatRoutesOptions, statRoutes } from './stats.ts'
import { type TemplateRoutesOptions, templateRoutes } from './templates.ts'

export interface OperationsRoutesOptions
  extends DeliveryRoutesOptions,
    ExplainRoutesOptions,
    KeyRoutesOptions,
    MessageRoutesOptions,
    ProviderRoutesOptions,
    ReceiptRoutesOptions,
    RuleRoutesOptions,
    StatRoutesOptions,
    TemplateRoutesOptions {}

/** What those who run Herald, and those who answer its users, ask for. */
export const operationsRoutes: FastifyPluginAsync<OperationsRoutesOptions> = async (
  app,
  options,
) => {
  await app.register(messageRoutes, options)
  await app.register(deliveryRoutes, options)
  await app.register(deliveryBatchRoutes, options)
  await app.register(explainRoutes, options)
  await app.register(ruleRoutes, options)
  await app.register(templateRoutes, options)
  await app.register(providerRoutes, options)
  await app.register(keyRoutes, options)
  await app.register(auditRoutes, options)
  await app.register(receiptRoutes, options)
  await app.register(statRoutes, options)
}
