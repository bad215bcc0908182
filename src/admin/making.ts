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
  // A transaction may be run again, each time with tools of its own: what the last one made is not there.
  let last: { readonly tools: ActionTools; readonly made: Made } | undefined
  return {
    action: `${kind}.create`,
    target: () => (last === undefined ? kind : `${kind}/${last.made.id}`),
    snapshot: async (tools) => (last?.tools === tools ? last.made.state : undefined),
    async run(tools) {
      const made = await make(tools)
      last = { tools, made }
      return { status: 201, body: made.body }
    },
  }
}
