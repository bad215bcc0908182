import type { DeliveryKey } from '../delivery/claimed-delivery.ts'
import type { Receipt } from '../delivery/receipt.ts'

/** What somebody reports of deliveries and addresses, stored as a whole or not at all. */
export interface ReceiptStore {
  /** Returns how many of the receipts are of deliveries that there are. */
  note(report: StoredReport): Promise<number>
}

export interface StoredReport {
  /** Only deliveries by this provider are meant, and its are the addresses; undefined: whoever's. */
  readonly provider: string | undefined
  /** Only deliveries to this user are meant; undefined: to whoever. */
  readonly uid: string | undefined
  readonly receipts: readonly DeliveryReceipt[]
  /** Tokens of addresses that are no more, as their provider spells them. */
  readonly gone: readonly string[]
  readonly nowMs: number
}

export interface DeliveryReceipt extends Omit<Receipt, 'ref'> {
  readonly key: DeliveryKey
}
