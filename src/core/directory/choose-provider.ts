import { DomainError } from '../domain-error.ts'
import type { Channel } from '../reach/reach-policy.ts'
import type { ConfiguredProvider } from './configured-provider.ts'

export interface ProviderWish {
  /** The name of a provider, or of a kind. */
  readonly provider: string
  readonly channel: Channel
  /** Of the device that the address is for. */
  readonly app: string | undefined
}

export interface ChosenProvider {
  readonly name: string
  readonly entry: ConfiguredProvider
}

/**
 * Who delivers to an address: of several entries of a kind the one that is for the device's app, else
 * the one that was named. Of an entry with several names (`apns-sandbox`) the same one is taken there.
 */
export function chooseProvider(
  entries: readonly ConfiguredProvider[],
  wish: ProviderWish,
): ChosenProvider {
  const chosen = choose(entries, wish)
  const { channels } = chosen.entry
  if (channels.includes(wish.channel)) return chosen
  const message = `provider "${chosen.name}" does not reach ${wish.channel} addresses, only: ${channels.join(', ')}`
  throw new DomainError('INVALID_ADDRESS', message, 'provider')
}

function choose(
  entries: readonly ConfiguredProvider[],
  { provider, app }: ProviderWish,
): ChosenProvider {
  const named = entries.find(({ names }) => names.includes(provider))
  const ofKind = entries.filter(({ kind }) => kind === (named?.kind ?? provider))
  const ofApp = ofKind.find(({ apps }) => app !== undefined && apps.includes(app))
  const entry = ofApp ?? named ?? onlyOne(ofKind, provider, entries)
  const name = entry.names[named?.names.indexOf(provider) ?? 0]
  if (name !== undefined) return { name, entry }
  const others = entry.names.join(', ')
  throw notFound(`of the providers for the app ${app} none is like "${provider}", only: ${others}`)
}

/** Where a kind was named and the app does not decide. */
function onlyOne(
  ofKind: readonly ConfiguredProvider[],
  provider: string,
  entries: readonly ConfiguredProvider[],
): ConfiguredProvider {
  const [one, ...others] = ofKind
  const known = (one === undefined ? entries : ofKind).flatMap(({ names }) => names).join(', ')
  if (one === undefined) {
    throw notFound(`no provider ${JSON.stringify(provider)} is configured, only: ${known}`)
  }
  if (others.length === 0) return one
  throw notFound(`there are several providers of the kind "${provider}", so name one: ${known}`)
}

function notFound(message: string): DomainError {
  return new DomainError('PROVIDER_NOT_FOUND', message, 'provider')
}
