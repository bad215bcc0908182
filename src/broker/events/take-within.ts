import type { EventIntake, EventUnit } from '../../core/events/event-intake.ts'

export interface Patience {
  /** When it is over, what is not stored yet counts as not stored. */
  readonly ms: number
  /** After which what could not be stored is tried again; undefined where the broker does that. */
  readonly retryMs: number | undefined
}

/** Whether the unit is stored for good in time. `onFault` hears why it was not. */
export function takeWithin(
  intake: EventIntake,
  unit: EventUnit,
  patience: Patience,
  onFault: (error: unknown) => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    let isOver = false
    const timer = setTimeout(end, patience.ms, false)

    function end(isStored: boolean): void {
      isOver = true
      clearTimeout(timer)
      resolve(isStored)
    }

    function failed(error: unknown): void {
      onFault(error)
      if (patience.retryMs === undefined) end(false)
      else setTimeout(attempt, patience.retryMs)
    }

    function attempt(): void {
      if (!isOver) intake.take(unit).then(() => end(true), failed)
    }

    attempt()
  })
}
