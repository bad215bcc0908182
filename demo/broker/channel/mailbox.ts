/** Runs tasks one after another, in the order they came. */
export interface Mailbox {
  run<Result>(task: () => Promise<Result> | Result): Promise<Result>
}

/**
 * A channel is a process in EMQX, and does one thing at a time: while it waits for the answer to a
 * topic question, a takeover waits for it.
 */
export function createMailbox(): Mailbox {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const result = last.then(task)
      // A task that fails is its caller's affair; the next one runs all the same.
      last = result.catch(() => {})
      return result
    },
  }
}
