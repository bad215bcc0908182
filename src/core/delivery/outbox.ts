/** Gathers items, so that many are written at once. */
export interface Outbox<Item> {
  add(item: Item): void
  /** Writes what is left; resolves when all is written. */
  empty(): Promise<void>
}

/** `write` does not throw. At most one is under way. */
export function createOutbox<Item>(
  write: (items: readonly Item[]) => Promise<void>,
  flushMs: number,
): Outbox<Item> {
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(async () => {
      const items = waiting
      waiting = []
      if (items.length > 0) await write(items)
    })
  }

  return {
    add(item) {
      waiting.push(item)
      timer ??= setTimeout(flush, flushMs)
    },
    async empty() {
      flush()
      await writing
    },
  }
}
