import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { TracedCall, TracedDelivery, Tracing } from '../core/ports/tracing.ts'
import { createSpanIds, type SpanIds } from './span-ids.ts'
import { isChosen, spanIdOf, traceIdOf } from './trace-ids.ts'
import { openTracer, type TracerOptions } from './tracer.ts'

export interface OtlpTracing extends Tracing {
  /** Sends what is left, if that is soon done. Does not throw. */
  close(): Promise<void>
}

export interface OtlpTracingOptions extends TracerOptions {
  /** One message in so many is traced. */
  readonly oneIn: number
}

/**
 * Tells an OpenTelemetry collector of messages: publish, in it decide, in it a span for each time that a
 * worker takes up one of its deliveries, in it the call. Knows the SDK, so it is loaded only where wanted.
 */
export function openOtlpTracing({ oneIn, ...options }: OtlpTracingOptions): OtlpTracing {
  const ids = createSpanIds()
  const { tracer, close } = openTracer(options, ids)
  return {
    decided({ messages, startedAt, endedAt }) {
      for (const { id, kind, sentAt } of messages) {
        const traceId = traceIdOf(id)
        if (!isChosen(traceId, oneIn)) continue
        // The broker's clock may be ahead of ours.
        const times = { sentAt: Math.min(sentAt, startedAt), startedAt, endedAt }
        traceDecision({ tracer, ids }, traceId, times, {
          'messaging.message.id': id,
          'herald.message.kind': kind,
          'herald.batch.messages': messages.length,
        })
      }
    },
    delivered(delivery) {
      const traceId = traceIdOf(delivery.messageId)
      if (isChosen(traceId, oneIn)) traceDelivery(tracer, traceId, delivery)
    },
    close,
  }
}

interface DecisionTimes {
  readonly sentAt: number
  readonly startedAt: number
  readonly endedAt: number
}

function traceDecision(
  { tracer, ids }: { readonly tracer: Tracer; readonly ids: SpanIds },
  traceId: string,
  { sentAt, startedAt, endedAt }: DecisionTimes,
  attributes: Attributes,
): void {
  const ofPublish = spanIdOf(traceId, 'publish')
  ids.next(traceId, ofPublish)
  const publishing = { kind: SpanKind.CONSUMER, attributes, startTime: at(sentAt) }
  tracer.startSpan('publish', publishing, ROOT_CONTEXT).end(at(endedAt))
  ids.next(traceId, spanIdOf(traceId, 'decide'))
  const deciding = { attributes, startTime: at(startedAt) }
  tracer.startSpan('decide', deciding, under(traceId, ofPublish)).end(at(endedAt))
}

function traceDelivery(tracer: Tracer, traceId: string, delivery: TracedDelivery): void {
  const { provider, attempt, claimedAt, endedAt, outcome, reason, call } = delivery
  const attributes = {
    'herald.provider': provider,
    'herald.attempt': attempt,
    'herald.outcome': outcome,
    ...(reason !== undefined && { 'herald.reason': reason }),
  }
  const parent = under(traceId, spanIdOf(traceId, 'decide'))
  const delivering = { kind: SpanKind.CONSUMER, attributes, startTime: at(claimedAt) }
  const span = tracer.startSpan('deliver', delivering, parent)
  if (call !== undefined) traceCall(tracer, span, { ...call, provider, reason })
  if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, ...words(reason) })
  span.end(at(endedAt))
}

interface NamedCall extends TracedCall, Pick<TracedDelivery, 'provider' | 'reason'> {}

function traceCall(tracer: Tracer, parent: Span, call: NamedCall): void {
  const { provider, startedAt, endedAt, outcome, deliveries, reason } = call
  const attributes = {
    'herald.provider': provider,
    'herald.outcome': outcome,
    'herald.bundle.deliveries': deliveries,
  }
  const calling = { kind: SpanKind.CLIENT, attributes, startTime: at(startedAt) }
  const span = tracer.startSpan('call', calling, trace.setSpan(ROOT_CONTEXT, parent))
  if (outcome !== 'accepted') span.setStatus({ code: SpanStatusCode.ERROR, ...words(reason) })
  span.end(at(endedAt))
}

function words(reason: string | undefined): { message?: string } {
  return reason === undefined ? {} : { message: reason }
}

/** Below a span that another call, or another process, has told of. */
function under(traceId: string, spanId: string): Context {
  const traceFlags = TraceFlags.SAMPLED
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

/** Numbers before the start of this process would be taken for times since then. */
function at(ms: number): Date {
  return new Date(ms)
}
