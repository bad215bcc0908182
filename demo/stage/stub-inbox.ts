import { existsSync, watch, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** A notification that the provider "stub" has taken, as it writes it down. */
export interface StubNote {
  readonly messageId: string
  readonly addressId: string
  readonly uid: string
  readonly deviceId?: string
  readonly kind: string
  readonly conversation: string
  readonly title?: string
  readonly body?: string
  readonly badge: number
  /** How many messages it stands for. */
  readonly messages: number
  readonly isSilent: boolean
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number
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
    return lines.slice(0, -1).map((line): StubNote => JSON.parse(line))
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
