/** What a peer was given, in the order in which it came. */
export interface Inbox<T> {
  put(item: T): void
  /** Resolves with the first that matches, at once if it is there already. */
  next(matches: (item: T) => boolean): Promise<T>
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = []
  const waiting = new Set<(item: T) => void>()
  return {
    put(item) {
      items.push(item)
      for (const look of waiting) look(item)
    },
    next: (matches) =>
      new Promise((resolve) => {
        const found = items.find(matches)
        if (found !== undefined) {
          resolve(found)
          return
        }
        const look = (item: T) => {
          if (!matches(item)) return
          waiting.delete(look)
          resolve(item)
        }
        waiting.add(look)
      }),
  }
}
