import { createHash } from 'node:crypto'

const SEQUENCE_MAX = 0xffff

/**
 * Makes message ids as EMQX does: microseconds, who made it, a sequence number; 32 upper-case
 * hexadecimal digits that sort by time.
 */
export function createMessageIds(node: string, now: () => number): () => string {
  const maker = createHash('sha1').update(node).digest('hex').slice(0, 12)
  let sequence = -1
  return () => {
    sequence = sequence === SEQUENCE_MAX ? 0 : sequence + 1
    const time = (BigInt(now()) * 1000n).toString(16).padStart(16, '0')
    return `${time}${maker}${sequence.toString(16).padStart(4, '0')}`.toUpperCase()
  }
}
