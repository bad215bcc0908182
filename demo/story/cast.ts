import assert from 'node:assert/strict'
import type { DeviceName } from '../stage/people.ts'
import type { Stage } from '../stage/stage.ts'
import { type Phone, type PhoneOptions, switchOn } from './phone.ts'

/** The devices that are on, by name. */
export interface Cast {
  at(name: DeviceName): Phone
  /** Laptops come over WebSocket. */
  enter(name: DeviceName, options?: Omit<PhoneOptions, 'url'>): Promise<Phone>
  /** Leaves the session behind. */
  leave(name: DeviceName): Promise<void>
  /** The device is gone, and the broker doesn't know. */
  vanish(name: DeviceName): void
  leaveAll(): Promise<void>
}

export function createCast({ broker, people }: Stage): Cast {
  const phones = new Map<DeviceName, Phone>()

  function at(name: DeviceName): Phone {
    const phone = phones.get(name)
    assert(phone !== undefined, `${name} is not online`)
    return phone
  }

  return {
    at,
    async enter(name, options = {}) {
      const url = name.endsWith('laptop')
        ? `ws://127.0.0.1:${broker.wsPort}/mqtt`
        : `mqtt://127.0.0.1:${broker.tcpPort}`
      const phone = await switchOn(people[name], { ...options, url })
      phones.set(name, phone)
      return phone
    },
    async leave(name) {
      const phone = at(name)
      phones.delete(name)
      await phone.leave()
    },
    vanish(name) {
      const phone = at(name)
      phones.delete(name)
      broker.freeze(name)
      phone.vanish()
    },
    async leaveAll() {
      await Promise.all([...phones.values()].map((phone) => phone.leave()))
    },
  }
}
