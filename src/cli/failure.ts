import { DomainError } from '../core/domain-error.ts'
import { StartFault } from '../core/start-fault.ts'

export interface Failure {
  readonly text: string
  readonly exitCode: number
}

/** Something that whoever typed the command can mend. */
const MENDABLE = 1
/** EX_SOFTWARE of sysexits.h: Herald itself is broken. */
const BROKEN = 70

/** What is said of an error that ends a command. Stacks are for `debug` and `trace`. */
export function describeFailure(error: unknown, logLevel: string | undefined): Failure {
  if (error instanceof StartFault) return { text: error.message, exitCode: MENDABLE }
  if (error instanceof DomainError) {
    return { text: `${error.message} (${error.code})`, exitCode: MENDABLE }
  }
  const isDebug = logLevel === 'debug' || logLevel === 'trace'
  const message = error instanceof Error ? error.message : String(error)
  if (isDebug && error instanceof Error) {
    return { text: `Herald failed: ${stackOf(error)}`, exitCode: BROKEN }
  }
  const more = 'HERALD_LOG_LEVEL=debug shows where.'
  return { text: `Herald failed: ${message}\n${more}`, exitCode: BROKEN }
}

function stackOf(error: Error): string {
  const stack = error.stack ?? error.message
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack
}
