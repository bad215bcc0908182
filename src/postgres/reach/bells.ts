import type { Doorbell } from '../../core/ports/sql.ts'

/** One bell for each provider. */
export function sumBells(
  rows: readonly { provider: string | null; deliveries: number | null }[],
): readonly Doorbell[] {
  const sums = new Map<string, number>()
  for (const { provider, deliveries } of rows) {
    if (provider === null || deliveries === null) continue
    sums.set(provider, (sums.get(provider) ?? 0) + deliveries)
  }
  return [...sums].map(([provider, deliveries]) => ({ provider, deliveries }))
}
