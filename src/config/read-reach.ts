import { MESSAGE_KINDS, type MessageKind } from '../core/reach/chat-message.ts'
import type { LadderStep, ReachPolicy } from '../core/reach/reach-policy.ts'
import type { Config, LateConfig } from './config.ts'
import type { Ladders } from './kinds/ladder-kind.ts'
import { writeDuration } from './kinds/number-kinds.ts'
import type { SettingReader } from './setting-reader.ts'
import * as event from './settings/event-settings.ts'
import * as reach from './settings/reach-settings.ts'

/** Who is notified, how and when, and for how long all of it is kept. */
export function readReach(reader: SettingReader): Pick<Config, 'reach' | 'late' | 'retentionMs'> {
  const ttlMs = reader.value(reach.MESSAGE_TTL)
  const ttlMaxMs = reader.value(reach.MESSAGE_TTL_MAX)
  const late = readLate(reader)
  const policy = readPolicy(reader, late, { ttlMs, ttlMaxMs })
  const retentionMs = reader.value(event.RETENTION)
  checkLifetimes(reader, { ttlMs, ttlMaxMs, retentionMs })
  checkWaits(reader, { policy, late, ttlMs })
  return { reach: policy, late, retentionMs }
}

function readPolicy(
  reader: SettingReader,
  late: LateConfig,
  { ttlMs, ttlMaxMs }: Pick<Lifetimes, 'ttlMs' | 'ttlMaxMs'>,
): ReachPolicy {
  return {
    devices: reader.value(reach.REACH_DEVICES),
    desktopDelayMs: reader.value(reach.DESKTOP_DELAY),
    presenceGraceMs: reader.value(reach.PRESENCE_GRACE),
    ladders: laddersOf(reader.value(reach.LADDER)),
    ladderStopsOnAccepted: reader.value(reach.LADDER_STOPS_ON_ACCEPTED),
    mentionAll: reader.value(reach.MENTION_ALL),
    ttlSeconds: { byDefault: seconds(ttlMs), senderMax: seconds(ttlMaxMs) },
    quietSpreadMs: reader.value(reach.QUIET_SPREAD),
    coalesceMs: reader.value(reach.COALESCE_WINDOW),
    digestMs: reader.value(reach.DIGEST_WINDOW),
    halfOpenGroupMax: late.isOn ? reader.value(reach.LATE_PUSH_GROUP_MAX) : 0,
  }
}

function readLate(reader: SettingReader): LateConfig {
  const isOn = reader.value(reach.LATE_PUSH)
  const ackWithinMs = reader.optional(reach.ACK_WITHIN)
  if (!isOn && reader.isGiven(reach.ACK_WITHIN)) {
    const problem = `is set, though ${reach.LATE_PUSH.name} is off`
    reader.fault(reach.ACK_WITHIN, problem, 'remove it, or switch that on')
  }
  return {
    isOn,
    ...(ackWithinMs !== undefined && { ackWithinMs }),
  }
}

interface Lifetimes {
  readonly ttlMs: number
  readonly ttlMaxMs: number
  readonly retentionMs: number
}

/** What somebody may still be told of has to be there, and nobody asks for less than everybody gets. */
function checkLifetimes(reader: SettingReader, { ttlMs, ttlMaxMs, retentionMs }: Lifetimes): void {
  if (ttlMaxMs < ttlMs) {
    const problem = `is shorter than ${reach.MESSAGE_TTL.name} (${writeDuration(ttlMs)})`
    reader.fault(reach.MESSAGE_TTL_MAX, problem, 'make it at least as long')
  }
  if (retentionMs < ttlMaxMs) {
    const problem = `is shorter than ${reach.MESSAGE_TTL_MAX.name} (${writeDuration(ttlMaxMs)})`
    reader.fault(event.RETENTION, problem, 'make it at least as long, or lower that')
  }
}

function laddersOf({ byDefault, byKind }: Ladders): Record<MessageKind, readonly LadderStep[]> {
  const of = (kind: MessageKind) => byKind[kind] ?? byDefault
  return {
    'direct-message': of('direct-message'),
    'friend-request': of('friend-request'),
    'group-message': of('group-message'),
    'join-request': of('join-request'),
    invitation: of('invitation'),
  }
}

interface Waits {
  readonly policy: ReachPolicy
  readonly late: LateConfig
  readonly ttlMs: number
}

/** What waits as long as a message lives has expired by then, every time. */
function checkWaits(reader: SettingReader, { policy, late, ttlMs }: Waits): void {
  checkShorter(reader, reach.PRESENCE_GRACE, policy.presenceGraceMs, ttlMs)
  if (policy.devices === 'desktop-first') {
    checkShorter(reader, reach.DESKTOP_DELAY, policy.desktopDelayMs, ttlMs)
  }
  const steps = MESSAGE_KINDS.flatMap((kind) => policy.ladders[kind])
  checkShorter(reader, reach.LADDER, Math.max(...steps.map(({ afterMs }) => afterMs)), ttlMs)
  const mails = steps.filter(({ channel }) => channel === 'email')
  const mailMs = Math.max(...mails.map(({ afterMs }) => afterMs + policy.digestMs), 0)
  checkShorter(reader, reach.DIGEST_WINDOW, mailMs, ttlMs)
  checkShorter(reader, reach.ACK_WITHIN, late.ackWithinMs ?? 0, ttlMs)
}

function checkShorter(
  reader: SettingReader,
  setting: { readonly name: string },
  waitMs: number,
  ttlMs: number,
): void {
  if (waitMs < ttlMs) return
  const wait = writeDuration(waitMs)
  const problem = `waits ${wait}, when ${reach.MESSAGE_TTL.name} (${writeDuration(ttlMs)}) is over`
  reader.fault(setting, problem, 'make it shorter, or let messages live longer')
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
