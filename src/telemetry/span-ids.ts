import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace'

/** Gives spans random ids, but for one whose ids were fixed just before. */
export interface SpanIds extends IdGenerator {
  /** For the span that is started next, and no other. */
  next(traceId: string, spanId: string): void
}

export function createSpanIds(): SpanIds {
  const random = new RandomIdGenerator()
  let traceId: string | undefined
  let spanId: string | undefined
  return {
    next(fixedTrace, fixedSpan) {
      traceId = fixedTrace
      spanId = fixedSpan
    },
    // The SDK asks for the span's id first, and for the trace's only where there is no parent.
    generateSpanId() {
      const id = spanId ?? random.generateSpanId()
      spanId = undefined
      return id
    },
    generateTraceId() {
      const id = traceId ?? random.generateTraceId()
      traceId = undefined
      return id
    },
  }
}
