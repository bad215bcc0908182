import { integer } from '../kinds/number-kinds.ts'
import { collectorUrl } from '../kinds/url-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const OTLP_ENDPOINT: Setting<string> = {
  name: 'HERALD_OTLP_ENDPOINT',
  kind: collectorUrl,
  help: 'The OpenTelemetry collector that is told the way of messages, by OTLP over HTTP: docs/operations.md',
  unset: 'that of OTEL_EXPORTER_OTLP_ENDPOINT',
}

export const OTEL_ENDPOINT: Setting<string> = {
  name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  kind: collectorUrl,
  help: 'The same under the name that all programs share',
  unset: 'nothing is traced',
}

export const TRACE_ONE_IN: DefaultedSetting<number> = {
  name: 'HERALD_TRACE_ONE_IN',
  kind: integer({ min: 1, max: 1_000_000 }),
  fallback: 1,
  help: 'One message in so many is traced, the same ones in every process',
}
