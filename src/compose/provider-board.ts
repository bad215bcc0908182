import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ProviderState } from '../admin/resources/provider-schemas.ts'
import type { ProviderRoutesOptions } from '../admin/resources/providers.ts'
import type { TemplateShelf } from '../channels/template-shelf.ts'
import type { Config } from '../config/config.ts'
import type { CheckedProvider } from '../core/delivery/check-providers.ts'
import { DomainError } from '../core/domain-error.ts'
import type { StatStore } from '../core/ports/stat-store.ts'
import type { StatSeries } from '../core/stats/stat.ts'
import { createCircuitStore } from '../postgres/circuit-store.ts'
import { readQueueGauges } from '../postgres/delivery-gauges.ts'
import { checkEntries, listedProviders } from './provider-commands.ts'
import type { ProviderShelf } from './provider-shelf.ts'

export interface BoardParts {
  readonly pool: Pool
  readonly log: Logger
  readonly shelf: ProviderShelf
  readonly templates: TemplateShelf
}

const HOUR_MS = 3_600_000

/** Providers as they are configured here, and as all replicas have found them. */
export function createProviderBoard(
  config: Config,
  { pool, log, shelf, templates }: BoardParts,
  stats: StatStore,
): ProviderRoutesOptions['providers'] {
  const circuits = createCircuitStore(pool)
  return {
    async states() {
      const nowMs = Date.now()
      const gauges = await readQueueGauges(pool, nowMs)
      const settled = await stats.series('deliveries', 'minute', nowMs - HOUR_MS, nowMs)
      const listed = listedProviders(shelf.entries())
      const names = new Set(
        [...listed, ...gauges].map((one) => ('name' in one ? one.name : one.provider)),
      )
      return Promise.all(
        [...names].toSorted().map(async (name): Promise<ProviderState> => {
          const gauge = gauges.find(({ provider }) => provider === name)
          return {
            name,
            configured: listed.find((one) => one.name === name),
            waiting: gauge?.open ?? 0,
            overdueMs: gauge?.overdueMs ?? 0,
            circuit: await circuits.find(name),
            ...recent(settled.filter(({ provider }) => provider === name)),
          }
        }),
      )
    },

    async check(name) {
      const desk = { config, entries: shelf.entries(), templates, log }
      const checked = await checkEntries(desk, name)
      return checked.find((one) => one.name === name) ?? unanswered(checked, name)
    },
  }
}

function unanswered(checked: readonly CheckedProvider[], name: string): CheckedProvider {
  const [first] = checked
  if (first !== undefined) return { ...first, name }
  throw new DomainError('PROVIDER_NOT_FOUND', `the provider "${name}" is not configured`, 'name')
}

function recent(series: readonly StatSeries[]): Pick<ProviderState, 'lastHour' | 'lastAcceptedAt'> {
  const sum = ({ points }: StatSeries) => points.reduce((total, { value }) => total + value, 0)
  const accepted = series.find(({ label }) => label === 'sent')?.points.at(-1)
  return {
    lastHour: Object.fromEntries(series.map((one) => [one.label, sum(one)])),
    lastAcceptedAt: accepted && new Date(accepted.atMs),
  }
}
