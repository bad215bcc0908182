/**
 * Remembers each SIGHUP from now on, which would end the process otherwise, and returns how to say what
 * is to be done about it.
 */
export function reloadSignal(): (reload: () => Promise<void>) => void {
  let reload: (() => Promise<void>) | undefined
  let hasCome = false
  process.on('SIGHUP', () => {
    hasCome = true
    void reload?.()
  })
  return (work) => {
    reload = work
    if (hasCome) void work()
  }
}
