/** A map that forgets what was set longest ago once it holds more than `sizeMax` entries. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined
  has(key: string): boolean
  set(key: string, value: Value): void
  delete(key: string): void
}

export function createRecentMap<Value>(sizeMax: number): RecentMap<Value> {
  // A Map iterates in the order of insertion, so its first key is the oldest.
  const entries = new Map<string, Value>()
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= sizeMax) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        return
      }
    },
    delete: (key) => void entries.delete(key),
  }
}
