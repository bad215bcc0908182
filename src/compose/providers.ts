import type { Logger } from 'pino'
import { renderText } from '../channels/render-text.ts'
import type { Config } from '../config/config.ts'
import type { ProviderParts } from '../providers/provider-kind.ts'

/** What every provider is opened with. */
export function providerParts({ delivery, providers }: Config, log: Logger): ProviderParts {
  const { locale } = delivery
  const { publicUrl, linkSecret } = providers
  return {
    render: (notification) =>
      renderText({ ...notification, locale: notification.locale ?? locale }),
    publicUrl,
    linkKey: linkSecret === undefined ? undefined : Buffer.from(linkSecret),
    log,
    now: Date.now,
  }
}
