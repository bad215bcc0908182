import type { BenchWorld } from '../world/open-world.ts'
import type { Herald } from './import.ts'

export interface Pages {
  readonly perPage: number
  readonly timings: readonly { readonly page: number; readonly ms: number }[]
  /** The slowest against the first. */
  readonly growth: number
}

const PER_PAGE = 100
const ROUNDS = 41

/** Reads the first page of users, and pages further and further in, by turns. */
export async function playPages(
  world: BenchWorld,
  { url, key }: Herald,
  users: number,
): Promise<Pages> {
  await world.query('vacuum analyze users')
  const pages = [1, users / PER_PAGE / 100, users / PER_PAGE / 2, users / PER_PAGE].map(Math.floor)
  const places = await Promise.all(pages.map((page) => placeBefore(world, page)))
  const samples = pages.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, after] of places.entries()) {
      const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`
      const startedAt = performance.now()
      const response = await fetch(`${url}/v1/users?limit=${PER_PAGE}${query}`, {
        headers: { authorization: `Bearer ${key}` },
      })
      const { items }: { items: unknown[] } = await response.json().then(asPage)
      samples[at]?.push(performance.now() - startedAt)
      if (items.length !== PER_PAGE) throw new Error(`a page of ${items.length}`)
    }
  }
  const timings = pages.map((page, at) => ({ page, ms: median(samples[at] ?? []) }))
  const [first] = timings
  return {
    perPage: PER_PAGE,
    timings,
    growth: Math.max(...timings.map(({ ms }) => ms)) / (first?.ms ?? Number.NaN),
  }
}

/** The uid that the page before `page` ends with. */
async function placeBefore(world: BenchWorld, page: number): Promise<string> {
  if (page === 1) return ''
  const [row] = await world.query<{ id: string }>(
    'select id from users order by id offset $1 limit 1',
    [(page - 1) * PER_PAGE - 1],
  )
  if (row === undefined) throw new Error(`there is no page ${page}`)
  return row.id
}

function asPage(body: unknown): { items: unknown[] } {
  if (typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items)) {
    return { items: body.items }
  }
  throw new Error(`no page: ${JSON.stringify(body)}`)
}

function median(samples: readonly number[]): number {
  return samples.toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? Number.NaN
}
