/** An event on its way. */
export interface Parcel {
  /** The request, ready to be written. */
  readonly request: Buffer
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Events that wait to be sent, the oldest first. */
export interface EventBuffer {
  readonly size: number
  /** Returns how many had to make room: the oldest ones. */
  put(parcel: Parcel): number
  take(): Parcel | undefined
}

export function createEventBuffer(bytesMax: number): EventBuffer {
  const parcels = new Set<Parcel>()
  let bytes = 0

  function take(): Parcel | undefined {
    const [oldest] = parcels
    if (oldest === undefined) return undefined
    parcels.delete(oldest)
    bytes -= oldest.request.length
    return oldest
  }

  return {
    get size() {
      return parcels.size
    },
    put(parcel) {
      parcels.add(parcel)
      bytes += parcel.request.length
      let dropped = 0
      while (bytes > bytesMax) {
        take()
        dropped++
      }
      return dropped
    },
    take,
  }
}
