import type { Logger } from 'pino'
import type { ListedProvider } from '../cli/doors.ts'
import type { Config } from '../config/config.ts'
import { type CheckedProvider, checkProviders } from '../core/delivery/check-providers.ts'
import { WORK_POLICY } from '../core/delivery/delivery-policy.ts'
import { type PushTest, type PushTestRequest, testPush } from '../core/delivery/push-test.ts'
import type { Directory } from '../core/directory/directory.ts'
import { DomainError } from '../core/domain-error.ts'
import { closeEntries, OpenFaults, openEntries } from '../providers/open-providers.ts'
import type { ProviderEntry } from '../providers/provider-entry.ts'
import { providerParts } from './providers.ts'

/** What the commands about providers work on. */
export interface ProviderDesk {
  readonly config: Config
  readonly entries: readonly ProviderEntry[]
  readonly log: Logger
}

/** A row for each name. */
export function listedProviders(entries: readonly ProviderEntry[]): readonly ListedProvider[] {
  return entries.flatMap(({ names, kind, channels, apps, limits }) =>
    names.map((name) => ({ name, kind, channels, apps, limits })),
  )
}

/** Longer than a call to send: the first one may have to fetch a token. */
const CHECK_MS = 20_000

/** Of `name`, which is that of an entry or of what it serves, or of all. */
export async function checkEntries(
  desk: ProviderDesk,
  name: string | undefined,
): Promise<readonly CheckedProvider[]> {
  const { entries } = desk
  const chosen = entries.filter(
    (entry) => name === undefined || entry.name === name || entry.names.includes(name),
  )
  if (name !== undefined && chosen.length === 0) {
    const known = entries.flatMap(({ names }) => names).join(', ')
    throw new DomainError('PROVIDER_NOT_FOUND', `no provider "${name}", only: ${known}`, 'name')
  }
  const checked = await Promise.all(chosen.map((entry) => checkEntry(desk, entry)))
  const isNamed = (one: CheckedProvider) =>
    name === undefined || one.name === name || chosen.some((entry) => entry.name === name)
  return checked.flat().filter(isNamed)
}

async function checkEntry(
  { config, log }: ProviderDesk,
  entry: ProviderEntry,
): Promise<readonly CheckedProvider[]> {
  try {
    const open = await openEntries([entry], providerParts(config, log))
    try {
      return await checkProviders(
        open.flatMap(({ providers }) => providers),
        CHECK_MS,
      )
    } finally {
      await closeEntries(open)
    }
  } catch (error) {
    if (!(error instanceof OpenFaults)) throw error
    const problem = error.faults.map((fault) => fault.problem).join('; ')
    const remedy = 'correct its settings'
    return [{ name: entry.name, check: { kind: 'refused', problem, remedy } }]
  }
}

export async function pushTest(
  { config, entries, log }: ProviderDesk,
  directory: Directory,
  request: PushTestRequest,
): Promise<readonly PushTest[]> {
  const open = await openEntries(entries, providerParts(config, log))
  const providers = open.flatMap((one) => one.providers)
  try {
    const provider = (name: string) => providers.find((one) => one.name === name)
    const timeoutMs = WORK_POLICY.sendTimeoutMs
    return await testPush({ directory, provider, nowMs: Date.now(), timeoutMs }, request)
  } finally {
    await closeEntries(open)
  }
}
