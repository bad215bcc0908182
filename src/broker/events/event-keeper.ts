import type { EventIntake } from '../../core/events/event-intake.ts'
import { IntakeBusy } from '../../core/events/group-commit.ts'
import type { EventMeter, EventResult } from '../../core/ports/event-ports.ts'
import type { QuietLog } from '../../core/quiet-log.ts'
import type { EventDialect } from './event-dialect.ts'
import { type EventBody, type EventsRead, readEvents } from './read-events.ts'
import { type Patience, takeWithin } from './take-within.ts'

export interface EventKeeperParts {
  readonly dialect: EventDialect
  readonly intake: EventIntake
  readonly meter: EventMeter
  readonly patience: Patience
  readonly quietly: QuietLog
}

/** Returns how to keep what a request holds: true when all of it is stored for good. */
export function createEventKeeper(parts: EventKeeperParts): (body: EventBody) => Promise<boolean> {
  const { dialect, intake, meter, patience, quietly } = parts

  function onFault(error: unknown): void {
    if (error instanceof IntakeBusy) return
    quietly('error', 'events could not be stored', { dialect: dialect.name, err: error })
  }

  function count({ incoming, others }: EventsRead, busy: EventResult | undefined): void {
    for (const [label, result] of others) meter.counted(dialect.name, label, busy ?? result)
    // What was stored has been counted where it was.
    if (busy === undefined) return
    for (const { event } of incoming) meter.counted(dialect.name, event.kind, busy)
  }

  return async (body) => {
    const read = readEvents(dialect, body)
    const [rejected] = read.rejected
    if (rejected !== undefined) quietly('warn', 'event could not be understood', told(rejected))
    const isStored = isEmpty(read) || (await takeWithin(intake, read, patience, onFault))
    count(read, isStored ? undefined : dialect.busy.result)
    return isStored
  }
}

/** Not what came: it may be somebody's message. */
function told({ dialect, reason }: EventsRead['rejected'][number]): object {
  return { dialect, reason }
}

function isEmpty({ incoming, rejected }: EventsRead): boolean {
  return incoming.length === 0 && rejected.length === 0
}
