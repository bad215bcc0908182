import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { OtlpTracing } from '../telemetry/otlp-tracing.ts'

/** Undefined unless it is asked for; OpenTelemetry's SDK is not even loaded then (25 MB, 100 ms). */
export async function composeTracing(
  { tracing, roles }: Config,
  log: Logger,
): Promise<OtlpTracing | undefined> {
  if (tracing === undefined) return undefined
  const { openOtlpTracing } = await import('../telemetry/otlp-tracing.ts')
  return openOtlpTracing({ ...tracing, roles, log })
}
