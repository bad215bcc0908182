import type { CallbackDesk } from '../ports/callback-desk.ts'
import type { CallbackReader, GoneAddress } from '../ports/callback-reader.ts'
import type { DeliveryLog } from '../ports/delivery-ports.ts'
import type { ReceiptStore } from '../ports/receipt-store.ts'
import { noteReceipts } from './note-receipts.ts'

export interface CallbackDeskParts {
  /** A provider as it is configured now. */
  readonly find: (name: string) => CallingProvider | undefined
  readonly store: ReceiptStore
  readonly log: Pick<DeliveryLog, 'info'>
}

export interface CallingProvider {
  readonly callbacks: CallbackReader | undefined
  tokenFault(token: string): string | undefined
  canonicalToken(token: string): string
}

export function createCallbackDesk({ find, store, log }: CallbackDeskParts): CallbackDesk {
  return {
    async take(name, request) {
      const provider = find(name)
      if (provider?.callbacks === undefined) return { kind: 'unknown' }
      const answer = provider.callbacks.read(request)
      if (answer.kind === 'refused') return answer
      const { receipts, gone, reply } = answer
      const tokens = gone.map((one) => tokenOf(provider, one))
      const report = { provider: name, receipts, gone: tokens }
      const { unknown } = await noteReceipts(store, report, request.nowMs)
      if (unknown > 0) log.info({ provider: name, unknown }, 'receipts of no delivery')
      // Whose they are is a secret; why they went is not.
      for (const { reason } of gone) log.info({ provider: name, reason }, 'address reported gone')
      return { kind: 'stored', reply }
    },
  }
}

function tokenOf(provider: CallingProvider, { token }: GoneAddress): string {
  return provider.tokenFault(token) === undefined ? provider.canonicalToken(token) : token
}
