import type { ActionTools } from '../core/admin/perform.ts'
import type { Change } from './write.ts'

/** What was made: its id, what the audit log keeps of it, and what is answered. */
export interface Made {
  readonly id: string
  readonly state: unknown
  readonly body: unknown
}

/** A change that makes something whose id is ours to give, a `kind` of thing. */
export function making(kind: string, make: (tools: ActionTools) => Promise<Made>): Change {
  const { snapshot, note, last } = remembering<Made>()
  return {
    action: `${kind}.create`,
    target: () => `${kind}/${last()?.id}`,
    snapshot: async (tools) => snapshot(tools)?.state,
    run: async (tools) => ({ status: 201, body: note(tools, await make(tools)).body }),
  }
}

/** What was done: what the audit log keeps of it, and what is answered. */
export interface Done<Body> {
  readonly state: unknown
  readonly body: Body
}

/** A change to more than one thing, so that there is no state of before. */
export function doing<Body>(
  action: string,
  target: string,
  work: (tools: ActionTools) => Promise<Done<Body>>,
): Change {
  const { snapshot, note } = remembering<Done<Body>>()
  return {
    action,
    target,
    snapshot: async (tools) => snapshot(tools)?.state,
    run: async (tools) => ({ status: 200, body: note(tools, await work(tools)).body }),
  }
}

/** A transaction may be run again, each time with tools of its own: what came of the last one is gone. */
function remembering<Result>() {
  let last: { readonly tools: ActionTools; readonly result: Result } | undefined
  return {
    last: () => last?.result,
    snapshot: (tools: ActionTools) => (last?.tools === tools ? last.result : undefined),
    note(tools: ActionTools, result: Result): Result {
      last = { tools, result }
      return result
    },
  }
}
