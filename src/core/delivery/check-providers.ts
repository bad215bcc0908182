import type { Provider, ProviderCheck } from '../ports/provider.ts'

/** What a vendor says of our credentials. */
export interface CheckedProvider {
  readonly name: string
  readonly check: ProviderCheck
}

/** Asks all vendors at once, and none for longer than `timeoutMs`. Nobody is notified. */
export function checkProviders(
  providers: readonly Provider[],
  timeoutMs: number,
): Promise<readonly CheckedProvider[]> {
  return Promise.all(
    providers.map(async (provider) => ({
      name: provider.name,
      check: await checkProvider(provider, timeoutMs),
    })),
  )
}

async function checkProvider(provider: Provider, timeoutMs: number): Promise<ProviderCheck> {
  const patience = new AbortController()
  const { promise: late, resolve } = Promise.withResolvers<ProviderCheck>()
  const timer = setTimeout(() => {
    resolve({ kind: 'unproven', why: `there was no answer within ${timeoutMs} ms` })
    patience.abort()
  }, timeoutMs)
  try {
    return await Promise.race([provider.check(patience.signal), late])
  } catch (error) {
    return { kind: 'unproven', why: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
