import type { Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { createQuietLog, type LoudLog } from '../core/quiet-log.ts'

export interface TracerOptions {
  /** Of the collector, without a slash at its end: spans go to `/v1/traces` below it. */
  readonly endpoint: string
  /** What this process does. */
  readonly roles: readonly string[]
  readonly log: LoudLog
}

/** Spans that wait to be sent, at most; further ones are dropped. Some 1 KB each. */
const WAITING_MAX = 8_192
const EXPORT_MS = 5_000
/** A stop waits no longer for a collector that is away. */
const CLOSE_MS = 1_000

/** Registers nothing: what other packages do with OpenTelemetry's globals is theirs. */
export function openTracer(
  { endpoint, roles, log }: TracerOptions,
  idGenerator: IdGenerator,
): { readonly tracer: Tracer; close(): Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    timeoutMillis: EXPORT_MS,
  })
  const provider = new TracerProvider({
    idGenerator,
    // Which messages are traced is decided before: by their ids, the same in all processes.
    sampler: new AlwaysOnSampler(),
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'herald', 'herald.roles': [...roles] }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingFaults(exporter, log),
        maxQueueSize: WAITING_MAX,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  })
  return {
    tracer: provider.getTracer('herald'),
    async close() {
      const { promise: tooLate, resolve } = Promise.withResolvers<void>()
      const patience = setTimeout(resolve, CLOSE_MS)
      await Promise.race([provider.shutdown().catch(() => {}), tooLate])
      clearTimeout(patience)
    },
  }
}

function tellingFaults(exporter: OTLPTraceExporter, log: LoudLog): SpanExporter {
  const quietly = createQuietLog(log)
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          const fields = { err: result.error, spans: spans.length }
          quietly('warn', 'traces could not be exported', fields)
        }
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}
