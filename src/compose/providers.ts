import type { Logger } from 'pino'
import type { TemplateShelf } from '../channels/template-shelf.ts'
import type { Config } from '../config/config.ts'
import type { ProviderParts } from '../providers/provider-kind.ts'
import { composeRender } from './templates.ts'

/** What every provider is opened with. */
export function providerParts(
  { providers }: Config,
  templates: TemplateShelf,
  log: Logger,
): ProviderParts {
  const { publicUrl, linkSecret } = providers
  return {
    render: composeRender(templates, log),
    publicUrl,
    linkKey: linkSecret === undefined ? undefined : Buffer.from(linkSecret),
    log,
    now: Date.now,
  }
}
