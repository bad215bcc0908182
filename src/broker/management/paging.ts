import type {
  BrokerAnswer,
  BrokerClient,
  BrokerClientPage,
} from '../../core/ports/broker-control.ts'

/** EMQX 5.3 takes no more than this, later versions and EMQX 4 ten times as much. */
export const PAGE_SIZE = 1_000

/** Pages are numbers from 1 on. `after` is what the page before gave. */
export function pageNumber(after: string | undefined): number {
  const page = Number(after ?? 1)
  if (!Number.isSafeInteger(page) || page < 1) throw new RangeError(`${after} is no page`)
  return page
}

export interface WirePage {
  readonly clients: readonly BrokerClient[]
  readonly hasNext: boolean
}

/** An empty page is the last one, whatever it says: behind a page that is just full EMQX sees another. */
export function pageOf(
  answer: BrokerAnswer<WirePage>,
  page: number,
): BrokerAnswer<BrokerClientPage> {
  if (answer.kind !== 'done') return answer
  const { clients, hasNext } = answer.value
  const next = hasNext && clients.length > 0 ? String(page + 1) : undefined
  return { kind: 'done', value: { clients, next } }
}
