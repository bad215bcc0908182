import { createHmac, timingSafeEqual } from 'node:crypto'

/** Links by which the owner of a mailbox says that it is enough. Nobody else can make them. */
export interface UnsubscribeLinks {
  urlFor(address: string): string
  /** Of a link with this query; undefined where we did not make it. */
  addressOf(query: URLSearchParams): string | undefined
}

export interface UnsubscribeParts {
  readonly provider: string
  readonly publicUrl: string
  readonly linkKey: Buffer
}

/** They don't expire: what lies in a mailbox for a year has to work (RFC 8058 §3.1). */
export function createUnsubscribeLinks(parts: UnsubscribeParts): UnsubscribeLinks {
  const { provider, publicUrl, linkKey } = parts
  const seal = (address: string) =>
    createHmac('sha256', linkKey).update(`unsubscribe\n${provider}\n${address}`).digest()
  const page = `${publicUrl}/callbacks/${encodeURIComponent(provider)}/unsubscribe`
  return {
    urlFor(address) {
      const to = Buffer.from(address).toString('base64url')
      return `${page}?to=${to}&seal=${seal(address).toString('base64url')}`
    },
    addressOf(query) {
      const address = Buffer.from(query.get('to') ?? '', 'base64url').toString()
      const given = Buffer.from(query.get('seal') ?? '', 'base64url')
      const wanted = seal(address)
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? address : undefined
    },
  }
}
