/** How long the story waits for what should happen; most of it takes a moment, also on a busy machine. */
const PATIENCE_MS = 20_000

/** Rejects where `wanted` takes longer than the story waits; `name` says what is missing. */
export async function inTime<T>(wanted: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${name} within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([wanted, late])
  } finally {
    clearTimeout(timer)
  }
}
