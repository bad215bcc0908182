import type { PoolClient } from 'pg'
import type { ChatMessage, MessageSayings } from '../../src/core/reach/chat-message.ts'
import { conversationOf } from '../../src/core/reach/conversation.ts'
import type {
  NotificationSetting,
  QuietHours,
  ReachAddress,
  ReachDevice,
  ReachFacts,
} from '../../src/core/reach/reach-facts.ts'
import type { ReachPolicy } from '../../src/core/reach/reach-policy.ts'

/** People, as Herald's tables have them. */
export interface ReachWorld {
  readonly users: readonly WorldUser[]
  readonly groups: readonly WorldGroup[]
  /** Nodes that are gone, and when they went. */
  readonly goneNodes: Readonly<Record<string, number>>
}

export interface WorldUser {
  readonly uid: string
  readonly isDisabled: boolean
  readonly blocks: readonly string[]
  readonly account: Partial<NotificationSetting>
  readonly quietHours: QuietHours | undefined
  readonly digestMinutes: number | undefined
  readonly conversations: Readonly<Record<string, Partial<NotificationSetting>>>
  readonly readMarks: Readonly<Record<string, number>>
  readonly devices: readonly WorldDevice[]
  readonly addresses: readonly Omit<ReachAddress, 'provider'>[]
}

export interface WorldDevice extends ReachDevice {
  /** Whether the broker has ever spoken of it. */
  readonly isKnown: boolean
  readonly node: string
  readonly connectedAt: number
}

export interface WorldGroup {
  readonly gid: string
  readonly members: Readonly<Record<string, 'owner' | 'admin' | 'member'>>
}

/** Writes the world into an empty database. Addresses keep their ids. */
export async function insertWorld(client: PoolClient, world: ReachWorld): Promise<void> {
  const rows: Record<string, object[]> = {
    users: world.users.map(({ uid, isDisabled }) => ({
      id: uid,
      disabled_at: isDisabled ? '2026-01-01' : null,
      created_at: '2026-01-01',
    })),
    groups: world.groups.map(({ gid }) => ({
      id: gid,
      invite_policy: 'members',
      created_at: '2026-01-01',
    })),
    memberships: world.groups.flatMap(({ gid, members }) =>
      Object.entries(members).map(([uid, role]) => ({
        group_id: gid,
        user_id: uid,
        role,
        joined_at: '2026-01-01',
      })),
    ),
    gone_nodes: Object.entries(world.goneNodes).map(([node, at]) => ({ node, gone_at: iso(at) })),
  }
  for (const user of world.users) {
    for (const [table, added] of Object.entries(userRows(user))) {
      rows[table] = [...(rows[table] ?? []), ...added]
    }
  }
  for (const [table, all] of Object.entries(rows)) {
    const columns = Object.keys(all[0] ?? {}).join(', ')
    if (columns === '') continue
    await client.query(
      `insert into ${table} (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(all)],
    )
  }
}

function userRows(user: WorldUser): Record<string, object[]> {
  const { uid, account, quietHours, digestMinutes } = user
  return {
    blocks: user.blocks.map((blocked) => ({
      user_id: uid,
      blocked_id: blocked,
      created_at: '2026-01-01',
    })),
    preferences: [
      {
        user_id: uid,
        notify: account.notify ?? 'all',
        muted_until: iso(account.mutedUntil),
        hide_preview: false,
        quiet_days: quietHours?.days,
        quiet_from: quietHours?.from,
        quiet_to: quietHours?.to,
        quiet_zone: quietHours?.zone,
        quiet_action: quietHours?.action,
        digest_minutes: digestMinutes,
      },
    ].filter(
      () =>
        Object.keys(account).length > 0 || quietHours !== undefined || digestMinutes !== undefined,
    ),
    conversation_preferences: Object.entries(user.conversations).map(
      ([conversation, { notify, mutedUntil }]) => ({
        user_id: uid,
        conversation,
        notify,
        muted_until: iso(mutedUntil),
      }),
    ),
    read_marks: Object.entries(user.readMarks).map(([conversation, at]) => ({
      user_id: uid,
      conversation,
      read_at: iso(at),
    })),
    ...deviceRows(user),
  }
}

function deviceRows({ uid, devices, addresses }: WorldUser): Record<string, object[]> {
  return {
    devices: devices.map(({ deviceId, platform, isRevoked }) => ({
      id: deviceId,
      user_id: uid,
      platform,
      self_registered: false,
      revoked_at: isRevoked ? '2026-01-01' : null,
      created_at: '2026-01-01',
    })),
    device_presence: devices
      .filter(({ isKnown }) => isKnown)
      .map(({ deviceId, isOnline, node, connectedAt, disconnectedAt }) => ({
        device_id: deviceId,
        user_id: uid,
        is_online: isOnline,
        connections: [],
        node,
        connected_at: iso(connectedAt),
        disconnected_at: iso(disconnectedAt),
      })),
    addresses: addresses.map(({ id, channel, deviceId }) => ({
      id,
      user_id: uid,
      device_id: deviceId,
      channel,
      provider: providerOf(channel),
      token: `token ${id}`,
      registered_at: '2026-01-01',
      created_at: '2026-01-01',
    })),
  }
}

function providerOf(channel: string): string {
  return `stub-${channel}`
}

/** Whom a message is for, as the topic table has it. */
export function recipientsOf(world: ReachWorld, message: ChatMessage): readonly string[] {
  const { kind, to, gid, from } = message
  const members = Object.entries(groupOf(world, gid)?.members ?? {})
  const all =
    kind === 'group-message'
      ? members.map(([uid]) => uid)
      : kind === 'join-request'
        ? members.filter(([, role]) => role !== 'member').map(([uid]) => uid)
        : to === undefined
          ? []
          : [to]
  return all.filter((uid) => uid !== from)
}

/** What is known of a recipient, read from the world as the rules say, not from the database. */
export function factsOf(world: ReachWorld, message: ChatMessage, uid: string): ReachFacts {
  const user = world.users.find((one) => one.uid === uid)
  const conversation = conversationOf(message)
  const members = groupOf(world, message.gid)?.members
  return {
    uid,
    user: user === undefined ? 'unknown' : user.isDisabled ? 'disabled' : 'active',
    isMember: members !== undefined && uid in members,
    senderRole: members?.[message.from],
    blocksSender: user?.blocks.includes(message.from) ?? false,
    account: { notify: user?.account.notify ?? 'all', mutedUntil: user?.account.mutedUntil },
    conversation: user?.conversations[conversation] ?? {},
    quietHours: user?.quietHours,
    digestMs: user?.digestMinutes === undefined ? undefined : user.digestMinutes * 60_000,
    readAt: user?.readMarks[conversation],
    devices: (user?.devices ?? []).map((device) => seenDevice(world, device)),
    addresses: (user?.addresses ?? []).map((one) => ({
      ...one,
      provider: providerOf(one.channel),
    })),
  }
}

function seenDevice(world: ReachWorld, device: WorldDevice): ReachDevice {
  const { deviceId, platform, isRevoked, isKnown, isOnline, disconnectedAt } = device
  const goneAt = world.goneNodes[device.node]
  const isGone = goneAt !== undefined && goneAt >= device.connectedAt
  return {
    deviceId,
    platform,
    isRevoked,
    isOnline: isKnown && isOnline && !isGone,
    disconnectedAt: isKnown ? disconnectedAt : undefined,
  }
}

function groupOf(world: ReachWorld, gid: string | undefined): WorldGroup | undefined {
  return world.groups.find((group) => group.gid === gid)
}

const SAYS_NOTHING: MessageSayings = {
  appId: undefined,
  title: undefined,
  body: undefined,
  mentions: [],
  mentionsAll: false,
  isSilent: false,
  isForced: false,
  priority: undefined,
  ttlSeconds: undefined,
  collapseKey: undefined,
  data: undefined,
}

/** A direct message from ann to bob at noon. */
export function aMessage(
  differences: Partial<Omit<ChatMessage, 'said'>> & { said?: Partial<MessageSayings> } = {},
): ChatMessage {
  const { said, ...rest } = differences
  return {
    id: '0'.repeat(31).concat('1'),
    day: '2026-11-25',
    kind: 'direct-message',
    to: 'bob',
    gid: undefined,
    from: 'ann',
    isServer: false,
    sentAt: NOON,
    qos: 1,
    ...rest,
    said: { ...SAYS_NOTHING, ...said },
  }
}

export const NOON = Date.parse('2026-11-25T12:00:00Z')

/** Pushes at once and nothing else, to users who are offline. */
export function aPolicy(differences: Partial<ReachPolicy> = {}): ReachPolicy {
  const push = [{ channel: 'push', afterMs: 0 }] as const
  return {
    devices: 'user-offline',
    desktopDelayMs: 120_000,
    presenceGraceMs: 0,
    ladders: {
      'direct-message': push,
      'friend-request': push,
      'group-message': push,
      'join-request': push,
      invitation: push,
    },
    ladderStopsOnAccepted: true,
    mentionAll: 'members',
    ttlSeconds: { byDefault: 86_400, senderMax: 86_400 },
    quietSpreadMs: 0,
    coalesceMs: 3_000,
    digestMs: 0,
    halfOpenGroupMax: 100,
    ...differences,
  }
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
