import fc from 'fast-check'
import type { ChatMessage, MessageKind } from '../../src/core/reach/chat-message.ts'
import type { NotificationSetting, QuietHours } from '../../src/core/reach/reach-facts.ts'
import type { Channel, LadderStep, ReachPolicy } from '../../src/core/reach/reach-policy.ts'
import {
  aMessage,
  aPolicy,
  NOON,
  type ReachWorld,
  type WorldDevice,
  type WorldGroup,
  type WorldUser,
} from './reach-world.ts'

const UIDS = ['ann', 'bob', 'cleo', 'dan', 'eve', '使用者']
const GIDS = ['crew', 'hikers']
const CONVERSATIONS = [
  ...UIDS.flatMap((uid) => [`user/${uid}`, `user/${uid}/application`]),
  ...GIDS.flatMap((gid) => [`group/${gid}`, `group/${gid}/application`, `group/${gid}/invitation`]),
]
const KINDS: readonly MessageKind[] = [
  'direct-message',
  'friend-request',
  'group-message',
  'join-request',
  'invitation',
]

/** Moments around noon at which something changes, and others. */
function moment(): fc.Arbitrary<number> {
  const minutes = fc.oneof(
    fc.constantFrom(-60, -10, -2, -1, 0, 1, 10, 60),
    fc.integer({ min: -1_440, max: 1_440 }),
  )
  return minutes.map((n) => NOON + n * 60_000)
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined })
}

/** Mostly not. */
function seldom(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 7 }).map((n) => n === 0)
}

export function anyPolicy(): fc.Arbitrary<ReachPolicy> {
  const ladder = fc.uniqueArray(
    fc.record({
      channel: fc.constantFrom<Channel>('push', 'push', 'sms', 'email'),
      afterMs: fc.constantFrom(0, 60_000, 600_000, 3_600_000),
    }),
    { maxLength: 3, selector: ({ channel }) => channel },
  )
  return fc
    .record({
      devices: fc.constantFrom('user-offline', 'device-offline', 'desktop-first'),
      desktopDelayMs: fc.constantFrom(0, 120_000),
      presenceGraceMs: fc.constantFrom(0, 0, 90_000, 700_000),
      ladders: fc.tuple(ladder, ladder, ladder, ladder, ladder).map(laddersOf),
      mentionAll: fc.constantFrom('members', 'admins'),
      ttlSeconds: fc.record({
        byDefault: fc.constantFrom(600, 86_400),
        senderMax: fc.constantFrom(60, 86_400),
      }),
      quietSpreadMs: fc.constantFrom(0, 600_000),
      digestMs: fc.constantFrom(0, 600_000),
    })
    .map((differences) => aPolicy(differences))
}

function laddersOf(all: readonly (readonly LadderStep[])[]): ReachPolicy['ladders'] {
  const [a = [], b = [], c = [], d = [], e = []] = all
  return {
    'direct-message': a,
    'friend-request': b,
    'group-message': c,
    'join-request': d,
    invitation: e,
  }
}

export function anyWorld(): fc.Arbitrary<ReachWorld> {
  return fc
    .record({
      uids: fc.subarray(UIDS, { minLength: 2 }),
      goneNodes: fc.dictionary(fc.constantFrom('node-1', 'node-2'), moment(), { maxKeys: 1 }),
    })
    .chain(({ uids, goneNodes }) =>
      fc.record({
        users: fc.tuple(...uids.map((uid, index) => anyUser(uid, uids, index * 10))),
        groups: fc.tuple(...GIDS.map((gid) => anyGroup(gid, uids))),
        goneNodes: fc.constant({ ...goneNodes }),
      }),
    )
}

function anyGroup(gid: string, uids: readonly string[]): fc.Arbitrary<WorldGroup> {
  const roles = uids.map(() => maybe(fc.constantFrom('owner', 'admin', 'member', 'member')))
  return fc.tuple(...roles).map((chosen) => ({
    gid,
    members: Object.fromEntries(
      uids.flatMap((uid, index) => {
        const role = chosen[index]
        return role === undefined ? [] : [[uid, role]]
      }),
    ),
  }))
}

function anyUser(uid: string, uids: readonly string[], firstId: number): fc.Arbitrary<WorldUser> {
  const others = uids.filter((other) => other !== uid)
  const devices = fc
    .array(anyDevice(), { maxLength: 3 })
    .map((all) => all.map((device, index) => ({ ...device, deviceId: `${uid}-${index}` })))
  return fc
    .record({
      isDisabled: seldom(),
      blocks: fc.oneof({ weight: 7, arbitrary: fc.constant<string[]>([]) }, fc.subarray(others)),
      account: fc.oneof(fc.constant({}), anySetting()),
      quietHours: maybe(anyQuietHours()),
      digestMinutes: maybe(fc.constantFrom(0, 2, 60)),
      conversations: fc.dictionary(fc.constantFrom(...CONVERSATIONS), anySetting(), { maxKeys: 6 }),
      readMarks: fc.dictionary(fc.constantFrom(...CONVERSATIONS), moment(), { maxKeys: 3 }),
      devices,
      channels: fc.subarray(['sms', 'email'] as const),
      pushes: fc.subarray([0, 1, 2]),
    })
    .map(({ channels, pushes, conversations, readMarks, ...user }) => ({
      ...user,
      uid,
      conversations: { ...conversations },
      readMarks: { ...readMarks },
      addresses: [
        ...pushes.flatMap((index) => {
          const deviceId = user.devices[index]?.deviceId
          return deviceId === undefined ? [] : [{ channel: 'push' as const, deviceId }]
        }),
        ...channels.map((channel) => ({ channel, deviceId: undefined })),
      ].map((address, index) => ({ ...address, id: String(firstId + index + 1) })),
    }))
}

function anyDevice(): fc.Arbitrary<WorldDevice> {
  return fc.record({
    deviceId: fc.constant(''),
    platform: maybe(fc.constantFrom('ios', 'android', 'web', 'macos')),
    isRevoked: seldom(),
    isKnown: seldom().map((not) => !not),
    isOnline: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    node: fc.constantFrom('node-1', 'node-2'),
    connectedAt: moment(),
    disconnectedAt: maybe(moment()),
  })
}

function anySetting(): fc.Arbitrary<Partial<NotificationSetting>> {
  return fc.record(
    {
      notify: fc.constantFrom('all', 'all', 'mentions', 'none'),
      mutedUntil: moment(),
    },
    { requiredKeys: [] },
  )
}

function anyQuietHours(): fc.Arbitrary<QuietHours> {
  const time = fc.constantFrom('00:00', '07:00', '11:59', '12:00', '12:05', '13:00', '22:00')
  return fc.record({
    days: fc.oneof(fc.constant(127), fc.integer({ min: 1, max: 127 })),
    from: time,
    to: time,
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
    action: fc.constantFrom('defer', 'silence', 'drop'),
  })
}

/** Messages of one batch, each with an id of its own. */
export function anyMessages(): fc.Arbitrary<readonly ChatMessage[]> {
  return fc
    .array(anyMessage(), { minLength: 1, maxLength: 8 })
    .map((all) => all.map((one, n) => ({ ...one, id: String(n + 1).padStart(32, '0') })))
}

function anyMessage(): fc.Arbitrary<ChatMessage> {
  const uid = fc.constantFrom(...UIDS, 'nobody')
  return fc
    .record({
      kind: fc.constantFrom(...KINDS),
      to: uid,
      gid: fc.constantFrom(...GIDS, 'nowhere'),
      from: fc.constantFrom(...UIDS),
      isServer: seldom(),
      sentAt: fc.oneof(fc.constant(NOON), moment()),
      qos: fc.constantFrom(0, 1),
      mentions: fc.subarray(UIDS, { maxLength: 2 }),
      mentionsAll: seldom(),
      isSilent: seldom(),
      isForced: fc.boolean(),
      title: maybe(fc.constant('A title')),
      ttlSeconds: maybe(fc.constantFrom(0, 30, 600, 100_000)),
    })
    .map(({ kind, to, gid, from, isServer, sentAt, qos, ...said }) => {
      const isGroups = kind === 'group-message' || kind === 'join-request'
      const isUsers = kind === 'direct-message' || kind === 'friend-request'
      const day = new Date(sentAt).toISOString().slice(0, 10)
      const whom = { to: isGroups ? undefined : to, gid: isUsers ? undefined : gid }
      return aMessage({ kind, ...whom, from, isServer, sentAt, day, qos, said })
    })
}
