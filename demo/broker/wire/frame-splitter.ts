/** `unknown-version` is a CONNECT for an MQTT that is neither 3.1, 3.1.1 nor 5. */
export type FrameFault = 'malformed' | 'too-large' | 'unknown-version'

/** Bytes that cannot be MQTT, or more of them than the broker takes. */
export class FrameError extends Error {
  readonly kind: FrameFault

  constructor(kind: FrameFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FrameError'
    this.kind = kind
  }
}

/** Cuts a byte stream into whole MQTT packets, so that no more than one is ever held in memory. */
export interface FrameSplitter {
  /** The packets that `chunk` completes. Throws a FrameError. */
  push(chunk: Buffer): readonly Buffer[]
}

/** `bytesMax` bounds the remaining length, as EMQX's `max_packet_size` does. */
export function createFrameSplitter(bytesMax: number): FrameSplitter {
  let pending: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const frames: Buffer[] = []
      for (;;) {
        const size = frameSize(pending, bytesMax)
        if (size === undefined || size > pending.length) return frames
        frames.push(pending.subarray(0, size))
        pending = pending.subarray(size)
      }
    },
  }
}

/** Size of the packet that `bytes` begin with, or undefined while its length is not all there. */
function frameSize(bytes: Buffer, bytesMax: number): number | undefined {
  let length = 0
  // MQTT 5.0 §1.5.5: seven bits a byte, least significant first, at most four bytes.
  for (let index = 0; index < 4; index++) {
    const byte = bytes[index + 1]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** index
    if ((byte & 0x80) !== 0) continue
    if (length > bytesMax) throw new FrameError('too-large', `packet of ${length} bytes`)
    return index + 2 + length
  }
  throw new FrameError('malformed', 'remaining length of more than four bytes')
}
