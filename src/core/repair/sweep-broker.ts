import type { BrokerGeneration } from '../events/broker-event.ts'
import type { BrokerClient, BrokerControl } from '../ports/broker-control.ts'
import type { PresenceMender, RepairMeter, Sweep, UnlistedDevice } from '../ports/repair-ports.ts'
import { type Drift, driftOf } from './drift.ts'
import { connectSeen, endsUnseen } from './seen-events.ts'

export interface SweepParts {
  readonly control: BrokerControl
  readonly generation: BrokerGeneration
  readonly now: () => number
  /** Who connected so short a time ago may have done so after the broker listed its clients. */
  readonly settleMs: number
}

/** What is done about drift as it is found: mended, or only told of. */
export interface DriftHandler {
  listed(client: BrokerClient, drifts: readonly Drift[]): void
  /** After each page. */
  flush(): Promise<void>
  unlisted(devices: readonly UnlistedDevice[]): Promise<void>
  /** At the end of it all. `before`: who connected after it may have been missed. */
  end(before: number): Promise<void>
}

const UNLISTED_MAX = 500
const CALL_MS = 10_000
const CALLS_MAX = 16

/**
 * Goes through all that the broker lists, and then through those that it did not list. False where the
 * broker did not answer: then nothing is concluded from what is missing.
 */
export async function sweepBroker(
  parts: SweepParts,
  sweep: Sweep,
  handler: DriftHandler,
): Promise<boolean> {
  const { control, now, settleMs } = parts
  const before = now() - settleMs
  let next: string | undefined
  do {
    const answer = await control.listClients(next, AbortSignal.timeout(CALL_MS))
    if (answer.kind !== 'done') return false
    await takePage(sweep, answer.value.clients, handler)
    next = answer.value.next
  } while (next !== undefined)
  for (let after = ''; ; ) {
    const devices = await sweep.unlisted(after, UNLISTED_MAX, before)
    const absent = await confirmed(parts, devices)
    if (absent === undefined) return false
    if (absent.length > 0) await handler.unlisted(absent)
    const last = devices.at(-1)
    if (last === undefined || devices.length < UNLISTED_MAX) break
    after = last.clientId
  }
  await handler.end(before)
  return true
}

async function takePage(
  sweep: Sweep,
  clients: readonly BrokerClient[],
  handler: DriftHandler,
): Promise<void> {
  const known = await sweep.note(clients)
  for (const client of clients) {
    const row = known.get(client.clientId)
    if (row === undefined) continue
    const kinds = driftOf(client, row)
    const { clientId, username: uid } = client
    if (kinds.length > 0) {
      handler.listed(
        client,
        kinds.map((kind) => ({ kind, clientId, uid })),
      )
    }
  }
  await handler.flush()
}

/** Clients move between pages while they are read, so each one is asked for before it counts as gone. */
async function confirmed(
  { control }: SweepParts,
  devices: readonly UnlistedDevice[],
): Promise<readonly UnlistedDevice[] | undefined> {
  const absent: UnlistedDevice[] = []
  for (let at = 0; at < devices.length; at += CALLS_MAX) {
    const some = devices.slice(at, at + CALLS_MAX)
    const answers = await Promise.all(
      some.map(({ clientId }) => control.readClient(clientId, AbortSignal.timeout(CALL_MS))),
    )
    for (const [index, device] of some.entries()) {
      const answer = answers[index]
      if (answer?.kind === 'done' ? !answer.value.isConnected : answer?.kind === 'absent') {
        absent.push(device)
      } else if (answer?.kind !== 'done') return undefined
    }
  }
  return absent
}

export interface MendingParts extends SweepParts {
  readonly mend: PresenceMender
  readonly meter: RepairMeter
}

/** Reports connections as the broker should have, and has sessions looked after. */
export function createMending(parts: MendingParts, sweep: Sweep): DriftHandler {
  const { mend, meter, generation, now } = parts
  let connected: BrokerClient[] = []
  let odd: BrokerClient[] = []

  async function flush(): Promise<void> {
    const events = connected.flatMap((client) => connectSeen(client, generation) ?? [])
    if (events.length > 0) await mend(events)
    if (odd.length > 0) await sweep.look(odd)
    connected = []
    odd = []
  }

  return {
    listed(client, drifts) {
      for (const { kind } of drifts) {
        meter.mended(kind, 1)
        if (kind === 'connection') connected.push(client)
        else odd.push(client)
      }
    },
    flush,
    async unlisted(devices) {
      await mend(devices.flatMap((device) => endsUnseen(device, generation, now())))
      meter.mended('no-connection', devices.length)
    },
    async end(before) {
      await sweep.forgetUnlisted(before)
    },
  }
}

/** Writes down what is found, and changes nothing. */
export function createListing(found: Drift[]): DriftHandler {
  return {
    listed: (_, drifts) => void found.push(...drifts),
    flush: async () => {},
    async unlisted(devices) {
      for (const { clientId, uid } of devices) found.push({ kind: 'no-connection', clientId, uid })
    },
    end: async () => {},
  }
}
