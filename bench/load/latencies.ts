/** Every latency of a run, in milliseconds: kept whole and sorted at the end, so nothing is rounded. */
export interface Latencies {
  record(ms: number): void
  /** The latency that `share` (0 to 1) of all don't exceed; NaN if there are none. */
  percentile(share: number): number
}

export function createLatencies(capacity = 65_536): Latencies {
  let values = new Float64Array(capacity)
  let count = 0
  let isSorted = false
  return {
    record(ms) {
      if (count === values.length) {
        const grown = new Float64Array(values.length * 2)
        grown.set(values)
        values = grown
      }
      values[count++] = ms
      isSorted = false
    },
    percentile(share) {
      if (!isSorted) values.subarray(0, count).sort()
      isSorted = true
      // Nearest rank: a latency that was measured, never one between two.
      const rank = Math.max(1, Math.ceil(share * count))
      return count === 0 ? Number.NaN : (values[rank - 1] ?? Number.NaN)
    },
  }
}
