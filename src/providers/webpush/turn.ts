/**
 * The next turn of the event loop, for all who wait for it in this one. Reading answers, encrypting and
 * writing each take less time if they are done in a row than if they take turns: see ADR 0013.
 */
export function createTurn(): () => Promise<void> {
  let next: Promise<void> | undefined
  return () => {
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = undefined
        resolve()
      })
    })
    return next
  }
}
