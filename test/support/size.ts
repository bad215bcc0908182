/** `npm run test:full` runs the sizes that the guarantees name; `npm test` runs reduced ones. */
const isFull = process.env.HERALD_TEST_SIZE === 'full'

/** Picks a test's size and says so in its output when it was reduced. */
export function sized(reduced: number, full: number): number {
  return isFull ? full : reduced
}
