import { DatabaseError } from 'pg'
import type { DomainError } from '../core/domain-error.ts'

/** What to say for a constraint, by its name. */
export type Refusals = Readonly<Record<string, () => DomainError>>

/** Runs `query`; where it breaks a constraint that `refusals` knows, throws what stands there. */
export async function refusing<Result>(
  refusals: Refusals,
  query: () => Promise<Result>,
): Promise<Result> {
  try {
    return await query()
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.constraint === undefined) throw error
    const refusal = refusals[error.constraint]
    throw refusal === undefined ? error : refusal()
  }
}
