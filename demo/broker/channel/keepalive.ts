import type { CallOff, Clock } from '../clock.ts'

/** Watches that a client keeps talking. */
export interface Keepalive {
  /** The client has said something. */
  heard(): void
  stop(): void
}

/** MQTT 5.0 §3.1.2.10: one and a half times the interval without a packet is too long. */
export function watchKeepalive(seconds: number, clock: Clock, onSilence: () => void): Keepalive {
  const patienceMs = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1500
  let lastHeard = clock.now()
  let callOff: CallOff | undefined

  function check(): void {
    const left = lastHeard + patienceMs - clock.now()
    if (left <= 0) onSilence()
    else callOff = clock.after(left, check)
  }

  if (Number.isFinite(patienceMs)) check()
  return {
    heard() {
      lastHeard = clock.now()
    },
    stop: () => callOff?.(),
  }
}
