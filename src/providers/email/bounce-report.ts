import type { RecipientStatus } from './delivery-status.ts'
import { addressFault } from './mailbox.ts'

/** What has become of one mail, whoever told us in whatever form. */
export interface Bounce extends RecipientStatus {
  readonly ref: string | undefined
}

/** As docs/providers/email.md has it; undefined where a part of it can't be read. */
export function readBounceReport(text: string): readonly Bounce[] | undefined {
  const listed = fieldsOf(parsed(text)).get('bounces')
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > BOUNCES_MAX) return undefined
  const bounces = listed.map(readBounce).filter((bounce) => bounce !== undefined)
  return bounces.length === listed.length ? bounces : undefined
}

const BOUNCES_MAX = 1_000
const ACTIONS: readonly unknown[] = ['failed', 'delayed', 'delivered', 'complained']

function readBounce(value: unknown): Bounce | undefined {
  const fields = fieldsOf(value)
  const text = (name: string) => {
    const given = fields.get(name)
    return typeof given === 'string' ? given : undefined
  }
  const address = text('address')
  const action = text('action')
  const status = text('status') ?? '5.0.0'
  if (address === undefined || addressFault(address) !== undefined) return undefined
  if (action === undefined || !ACTIONS.includes(action)) return undefined
  if (!/^[245]\.\d{1,3}\.\d{1,3}$/.test(status)) return undefined
  return { address, action, status, ref: text('ref'), diagnostic: text('diagnostic') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}
