/** The logger as this room needs it; Fastify's and pino's fit. */
export interface PostgresLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
