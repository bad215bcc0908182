import type { Delivery } from './delivery.ts'

/** A QoS 1 or 2 delivery on its way, until the client has acknowledged it. */
export interface Flight {
  readonly packetId: number
  readonly delivery: Delivery
  /** Until PUBACK or PUBREC the message may be sent again, afterwards only the PUBREL. */
  readonly phase: 'sent' | 'released'
  readonly sentAt: number
}

/** The deliveries under way to one client, by packet id, in the order they were first sent. */
export interface Flights {
  readonly size: number
  start(delivery: Delivery, now: number): Flight
  get(packetId: number): Flight | undefined
  /** Replaces a flight, which keeps its place. */
  update(flight: Flight): void
  end(packetId: number): void
  all(): readonly Flight[]
}

const PACKET_ID_MAX = 65_535

export function createFlights(): Flights {
  const flights = new Map<number, Flight>()
  let lastId = 0

  function nextId(): number {
    do lastId = lastId === PACKET_ID_MAX ? 1 : lastId + 1
    while (flights.has(lastId))
    return lastId
  }

  return {
    get size() {
      return flights.size
    },
    start(delivery, now) {
      const flight: Flight = { packetId: nextId(), delivery, phase: 'sent', sentAt: now }
      flights.set(flight.packetId, flight)
      return flight
    },
    get: (packetId) => flights.get(packetId),
    update(flight) {
      flights.set(flight.packetId, flight)
    },
    end(packetId) {
      flights.delete(packetId)
    },
    all: () => [...flights.values()],
  }
}
