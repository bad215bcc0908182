import { once } from 'node:events'
import { createServer } from 'node:http'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly isError: boolean
  readonly startMs: number
  readonly endMs: number
  /** Of the process that sent it. */
  readonly roles: unknown
  readonly service: unknown
}

export interface OtlpReceiver {
  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
  readonly endpoint: string
  readonly spans: readonly ReceivedSpan[]
  close(): Promise<void>
}

/** OTLP 1.x, `ExportTraceServiceRequest` in JSON, as far as it is looked at here. */
const ATTRIBUTES = Type.Array(
  Type.Object({ key: Type.String(), value: Type.Record(Type.String(), Type.Unknown()) }),
)
const REQUEST = Type.Object({
  resourceSpans: Type.Array(
    Type.Object({
      resource: Type.Object({ attributes: ATTRIBUTES }),
      scopeSpans: Type.Array(
        Type.Object({
          spans: Type.Array(
            Type.Object({
              traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
              spanId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
              parentSpanId: Type.Optional(Type.String()),
              name: Type.String(),
              startTimeUnixNano: Type.String(),
              endTimeUnixNano: Type.String(),
              attributes: ATTRIBUTES,
              status: Type.Optional(Type.Object({ code: Type.Optional(Type.Number()) })),
            }),
          ),
        }),
      ),
    }),
  ),
})

const STATUS_ERROR = 2

/** An OpenTelemetry collector on loopback, which takes what follows the protocol and refuses the rest. */
export async function openOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (request.url !== '/v1/traces' || !Value.Check(REQUEST, body)) {
      response.writeHead(400).end()
      return
    }
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const { 'herald.roles': roles, 'service.name': service } = fields(resource.attributes)
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({
          ...span,
          parentSpanId: span.parentSpanId,
          attributes: fields(span.attributes),
          isError: span.status?.code === STATUS_ERROR,
          startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
          endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
          roles,
          service,
        })
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** `{"key":"a","value":{"intValue":1}}` → `{a: 1}`. */
function fields(
  attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[],
): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
