import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { OwnReader } from '../../core/ports/own-reader.ts'
import type { PresenceReader } from '../../core/ports/presence-ports.ts'
import type { ReadMarker } from '../../core/ports/read-marker.ts'
import type { ReceiptStore } from '../../core/ports/receipt-store.ts'
import type { Channel } from '../../core/reach/reach-policy.ts'
import type { WriteParts } from '../write.ts'

/** What the routes under `/v1/me` are made from. */
export interface MeParts extends WriteParts {
  /** For questions; whatever changes something goes through the writer. */
  readonly directory: Directory
  readonly own: OwnReader
  readonly presence: PresenceReader
  readonly marker: ReadMarker
  readonly receipts: ReceiptStore
  /** What addresses may be registered of. */
  readonly ownChannels: readonly Channel[]
  readonly now: () => number
}

/** Of a change whose target the audit log has to name and need not describe. */
export function unseen(): { snapshot(tools: ActionTools): Promise<undefined> } {
  return { snapshot: async () => undefined }
}
