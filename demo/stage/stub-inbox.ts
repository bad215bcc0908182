import { existsSync, watch, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AddressedNotification, Notification } from '../../src/core/delivery/notification.ts'

/** A notification that the provider "stub" has taken. */
export interface StubNote {
  readonly messageId: string
  readonly addressId: string
  readonly uid: string
  readonly deviceId: string | undefined
  readonly kind: Notification['kind']
  readonly conversation: string
  /** What a person reads; undefined where nothing is shown. */
  readonly body: string | undefined
  readonly badge: number
  readonly isSilent: boolean
}

/** As the stub writes it down. */
type StubLine = AddressedNotification & {
  readonly text?: { readonly title: string; readonly body: string }
}

/** Reads what arrives at the addresses of the stub: `HERALD_STUB_FILE`. */
export interface StubInbox {
  readonly file: string
  all(): Promise<readonly StubNote[]>
  /** Resolves when there is a notification that matches, at once if it is there already. */
  next(matches: (note: StubNote) => boolean): Promise<StubNote>
  close(): void
}

export function openStubInbox(file: string): StubInbox {
  // There is nothing to watch before the first notification.
  if (!existsSync(file)) writeFileSync(file, '')
  const looks = new Set<() => void>()
  const watcher = watch(file, () => {
    for (const look of looks) look()
  })

  async function all(): Promise<readonly StubNote[]> {
    const lines = (await readFile(file, 'utf8')).split('\n')
    // The last one is empty, or is being written.
    return lines.slice(0, -1).map((line) => noteOf(JSON.parse(line)))
  }

  return {
    file,
    all,
    next: (matches) =>
      new Promise((resolve, reject) => {
        const look = () =>
          all().then((notes) => {
            const found = notes.find(matches)
            if (found === undefined) return
            looks.delete(tryAgain)
            resolve(found)
          }, reject)
        const tryAgain = () => void look()
        looks.add(tryAgain)
        tryAgain()
      }),
    close: () => watcher.close(),
  }
}

function noteOf({ address, notification, text }: StubLine): StubNote {
  const { messageId, kind, conversation, badge, isSilent } = notification
  return {
    messageId,
    addressId: address.id,
    uid: address.uid,
    deviceId: address.deviceId,
    kind,
    conversation,
    body: text?.body,
    badge,
    isSilent,
  }
}
