/** `npm run test:full` runs the sizes that the guarantees name; `npm test` runs reduced ones. */
export const isFull = process.env.HERALD_TEST_SIZE === 'full'

/** Picks the size of a test. */
export function sized(reduced: number, full: number): number {
  return isFull ? full : reduced
}
