/** Whoever runs SQL, inside a transaction that somebody else ends. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** Deliveries that a transaction has made due, by provider. */
export interface Doorbell {
  readonly provider: string
  readonly deliveries: number
}

/** Wakes workers; what is rung in a transaction is heard when it commits, and never if it does not. */
export interface Doorbells {
  ring(transaction: SqlExecutor, bells: readonly Doorbell[]): Promise<void>
}
