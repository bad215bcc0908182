/** Counts what arrives, and lets tests wait until enough has. */
export interface Arrivals {
  readonly count: number
  note(): void
  reached(count: number): Promise<void>
}

export function createArrivals(): Arrivals {
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>()
  let count = 0
  return {
    get count() {
      return count
    },
    note() {
      count += 1
      for (const waiter of waiting) {
        if (waiter.count > count) continue
        waiting.delete(waiter)
        waiter.resolve()
      }
    },
    reached(wanted) {
      if (wanted <= count) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ count: wanted, resolve }))
    },
  }
}
