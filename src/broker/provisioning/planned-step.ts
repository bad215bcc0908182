import type { SetupStep } from '../../core/ports/provisioning.ts'
import type { Json } from './block.ts'
import type { Method } from './configuration-api.ts'

/** A step with the call that does it. */
export interface PlannedStep extends SetupStep {
  readonly call: { readonly method: Method; readonly path: string; readonly body?: Json }
}

type Told = Pick<PlannedStep, 'what' | 'call'> & Partial<Pick<PlannedStep, 'details' | 'why'>>

/** Of what is Herald's own. */
export function own(change: PlannedStep['change'], told: Told): PlannedStep {
  return { details: [], why: undefined, ...told, change, isShared: false }
}

/** Of what others may rely on. */
export function shared(change: PlannedStep['change'], told: Told): PlannedStep {
  return { details: [], why: undefined, ...told, change, isShared: true }
}
