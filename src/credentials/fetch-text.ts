export interface FetchLimits {
  /** For the whole answer. */
  readonly timeoutMs: number
  readonly bytesMax: number
}

/** Fetches a small text, and throws where the answer is not 200, too long or too slow. */
export async function fetchText(
  url: string,
  { timeoutMs, bytesMax }: FetchLimits,
): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    // Where it would lead to has not been checked.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new Error(`the answer was ${response.status}`)
  }
  return readText(response.body, bytesMax)
}

async function readText(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > bytesMax) throw new Error(`the answer is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
