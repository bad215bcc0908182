import type { MessageKind } from './chat-message.ts'
import type { ReachAddress, ReachDevice, ReachFacts } from './reach-facts.ts'
import { DESKTOP_PLATFORMS, type ReachPolicy } from './reach-policy.ts'

/** An address that a message may go to, before quiet hours have their say. */
export interface EligibleAddress {
  readonly id: string
  /** Which step of the ladder, from 0, and how long after `startAt`. */
  readonly step: number
  readonly afterMs: number
  /** How much of that it waits for others to go out with. */
  readonly gatherMs: number
  /** When the ladder is set up. */
  readonly startAt: number
}

export function onlineDevices({ devices }: ReachFacts): readonly ReachDevice[] {
  return devices.filter(({ isRevoked, isOnline }) => isOnline && !isRevoked)
}

/** The addresses on the ladder whose device, or whose owner's devices, call for a notification. */
export function eligibleAddresses(
  kind: MessageKind,
  facts: ReachFacts,
  policy: ReachPolicy,
  nowMs: number,
): readonly EligibleAddress[] {
  return facts.addresses.flatMap((address) => {
    const step = policy.ladders[kind].findIndex(({ channel }) => channel === address.channel)
    const afterMs = policy.ladders[kind][step]?.afterMs
    const device = facts.devices.find(({ deviceId }) => deviceId === address.deviceId)
    const startAt = startOf(address, device, facts, policy, nowMs)
    if (afterMs === undefined || startAt === undefined) return []
    const gatherMs = address.channel === 'email' ? (facts.digestMs ?? policy.digestMs) : 0
    return [{ id: address.id, step, afterMs: afterMs + gatherMs, gatherMs, startAt }]
  })
}

function startOf(
  address: ReachAddress,
  device: ReachDevice | undefined,
  facts: ReachFacts,
  policy: ReachPolicy,
  nowMs: number,
): number | undefined {
  const isPush = address.deviceId !== undefined
  if (isPush && (device === undefined || device.isRevoked)) return undefined
  const online = onlineDevices(facts)
  const graceEnd = (devices: readonly ReachDevice[]) => graceEndOf(devices, policy, nowMs)
  switch (policy.devices) {
    case 'user-offline':
      return online.length === 0 ? graceEnd(facts.devices) : undefined
    case 'device-offline':
      if (device === undefined) return online.length === 0 ? graceEnd(facts.devices) : undefined
      return device.isOnline ? undefined : graceEnd([device])
    case 'desktop-first':
      if (online.length === 0) return graceEnd(facts.devices)
      if (!online.every(isDesktop) || (device !== undefined && isDesktop(device))) return undefined
      return Math.max(nowMs + policy.desktopDelayMs, graceEnd(facts.devices))
  }
}

/** Until then one of the devices counts as on its way back. */
function graceEndOf(
  devices: readonly ReachDevice[],
  { presenceGraceMs }: ReachPolicy,
  nowMs: number,
): number {
  const ends = devices
    .filter(({ isRevoked, isOnline }) => !isRevoked && !isOnline)
    // A broker's clock may be ahead of ours.
    .map(({ disconnectedAt = 0 }) => Math.min(disconnectedAt, nowMs) + presenceGraceMs)
  return Math.max(nowMs, ...ends)
}

function isDesktop({ platform }: ReachDevice): boolean {
  return DESKTOP_PLATFORMS.some((desktop) => desktop === platform)
}
