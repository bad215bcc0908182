import { DomainError } from '../domain-error.ts'
import type { DeliveryReceipt, ReceiptStore } from '../ports/receipt-store.ts'
import { readDeliveryRef } from './delivery-ref.ts'
import type { Receipt } from './receipt.ts'

export interface Report {
  /** Who reports: only deliveries of its own are meant. Undefined for those who may speak of all. */
  readonly provider: string | undefined
  readonly receipts: readonly Receipt[]
  /** Tokens of addresses that are no more. */
  readonly gone: readonly string[]
}

/** What became of a report: `unknown` are receipts of deliveries that there are not (any more). */
export interface NotedReport {
  readonly noted: number
  readonly unknown: number
}

/**
 * Notes what is reported after a provider's yes. The earliest time of each kind counts, what was opened
 * was delivered, and to repeat a report changes nothing, so that their order does not matter.
 */
export async function noteReceipts(
  store: ReceiptStore,
  { provider, receipts, gone }: Report,
  nowMs: number,
): Promise<NotedReport> {
  const known = receipts.flatMap((receipt) => readReceipt(receipt, nowMs) ?? [])
  if (known.length === 0 && gone.length === 0) return { noted: 0, unknown: receipts.length }
  const noted = await store.note({ provider, uid: undefined, receipts: known, gone, nowMs })
  return { noted, unknown: receipts.length - noted }
}

/** The same of one receipt, by somebody who wants to hear that there is no such delivery. */
export async function noteReceipt(
  store: ReceiptStore,
  receipt: Receipt,
  nowMs: number,
): Promise<void> {
  await noteOne(store, receipt, undefined, nowMs)
}

/** By a user's own app: deliveries to anybody else are as if they were not there. */
export async function noteOwnReceipt(
  store: ReceiptStore,
  uid: string,
  receipt: Receipt,
  nowMs: number,
): Promise<void> {
  await noteOne(store, receipt, uid, nowMs)
}

async function noteOne(
  store: ReceiptStore,
  receipt: Receipt,
  uid: string | undefined,
  nowMs: number,
): Promise<void> {
  const known = readReceipt(receipt, nowMs)
  const report = { provider: undefined, uid, gone: [], nowMs }
  if (known !== undefined && (await store.note({ ...report, receipts: [known] })) > 0) return
  const message = `no delivery "${receipt.ref}": it is none of ours, or older than HERALD_RETENTION`
  throw new DomainError('DELIVERY_NOT_FOUND', message, 'ref')
}

function readReceipt(
  { ref, kind, reason, at }: Receipt,
  nowMs: number,
): DeliveryReceipt | undefined {
  const key = readDeliveryRef(ref)
  // Others' clocks may be ahead.
  return key && { key, kind, reason, at: at <= nowMs ? at : nowMs }
}
