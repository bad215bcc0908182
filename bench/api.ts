import { randomBytes } from 'node:crypto'
import { playImport } from './api/import.ts'
import { playPages } from './api/pages.ts'
import type { Bench } from './bench.ts'
import { formatNumber } from './report.ts'

/** The REST API where it is given much to do: a bulk import against COPY, a far page against the first. */
export const api: Bench = async (tools) => {
  const { options, world, say } = tools
  const key = `hk_benchbenchbe_${randomBytes(32).toString('base64url')}`
  const { port, rss } = await tools.startHerald({
    HERALD_ROLES: 'api',
    HERALD_BOOTSTRAP_KEY: key,
    HERALD_API_RATE_LIMIT: '10000000',
  })
  const users = options.isQuick ? 100_000 : 1_000_000
  const herald = { url: `http://127.0.0.1:${port}`, key }
  await world.query(`delete from api_keys where name = 'bootstrap' and id <> 'benchbenchbe'`)
  const before = await rss()
  const imports = []
  for (let round = 1; round <= options.rounds; round++) {
    say(`${users.toLocaleString('en-US')} users to be imported`)
    imports.push(await playImport(world, herald, users))
  }
  const after = await rss()
  const pages = await playPages(world, herald, users)
  const importMs = Math.min(...imports.map(({ heraldMs }) => heraldMs))
  const copyMs = Math.min(...imports.map(({ copyMs }) => copyMs))
  return {
    bench: 'api',
    tables: [
      {
        title: `${users.toLocaleString('en-US')} users (the best of ${imports.length})`,
        head: ['', 'ms', 'users/s'],
        rows: [
          ['COPY', formatNumber(copyMs), formatNumber((users * 1_000) / copyMs)],
          ['herald, import', formatNumber(importMs), formatNumber((users * 1_000) / importMs)],
        ],
      },
      {
        title: `Pages of ${pages.perPage} users`,
        head: ['page', 'median ms'],
        rows: pages.timings.map(({ page, ms }) => [formatNumber(page), formatNumber(ms)]),
      },
    ],
    limits: [
      { name: 'import', ratio: copyMs / importMs, least: 0.3 },
      { name: 'import-memory', ratio: (after.settled ?? 0) / (before.settled ?? 1), most: 1.5 },
      { name: 'last-page', ratio: pages.growth, most: 1.5 },
    ],
    figures: { 'import-users-per-second': (users * 1_000) / importMs },
  }
}
