import { worldRules } from './world-rules.ts'

/**
 * The seeded world: who exists, who belongs where and who may write to whom, all by arithmetic on
 * numbers, so that the right answer to any question is known without asking Postgres. The same
 * arithmetic stands as SQL in `world-sql.ts`; where the two differ, the benches find wrong answers.
 */
export interface World {
  readonly size: WorldSize
  /** A group of user `user`; there are `SEATS` of them. */
  groupOf(user: number, seat: number): number
  /** A device of `user`; everyone has one, every second user two. */
  deviceOf(user: number, pick: number): number
  blockedBy(user: number): number
  mayPublishToGroup(user: number, group: number): boolean
  maySubscribeToGroup(user: number, group: number): boolean
  mayWriteTo(recipient: number, sender: number): boolean
}

export interface WorldSize {
  readonly users: number
  readonly devices: number
  readonly groups: number
  readonly memberships: number
  readonly contacts: number
  readonly blocks: number
  readonly rules: number
  /** Members of one more group, which is far larger than the others. */
  readonly crowd: number
}

/** Groups that each user is in. */
export const SEATS = 5

/** Users of whom one has a password. */
export const USERS_PER_PASSWORD = 10

export const uidOf = (user: number): string => `user${user}`
export const clientIdOf = (device: number): string => `device${device}`
export const CROWD_GID = 'crowd'

export const gidOf = (group: number): string => `group${group}`

/** Scale 1 is a million users. */
export function worldSize(scale: number): WorldSize {
  const groups = Math.max(100, Math.round(100_000 * scale))
  const users = groups * 10
  return {
    users,
    devices: users * 1.5,
    groups,
    memberships: users * SEATS,
    contacts: users * 0.8,
    blocks: users * 0.2,
    rules: Math.max(50, Math.round(1_000 * scale)),
    crowd: Math.min(100_000, users / 2),
  }
}

export function createWorld(scale: number): World {
  const size = worldSize(scale)
  const { users, groups } = size
  const denials = worldRules(size.rules, users, groups).filter(({ effect }) => effect === 'deny')
  const muted = new Set(denials.map(({ user }) => user))
  const closed = new Set(denials.map(({ group }) => group))
  const stride = Math.floor(groups / SEATS)

  function seatOf(user: number, group: number): number | undefined {
    const distance = (group - (user % groups) + groups) % groups
    const seat = distance / stride
    return Number.isInteger(seat) && seat < SEATS ? seat : undefined
  }
  function blockedBy(user: number): number {
    return (user + (user % 7 === 0 ? 1 : 2)) % users
  }
  return {
    size,
    groupOf: (user, seat) => (user + seat * stride) % groups,
    deviceOf: (user, pick) => (pick === 1 && user + users < size.devices ? user + users : user),
    blockedBy,
    mayPublishToGroup(user, group) {
      const seat = seatOf(user, group)
      if (seat === undefined || isSilenced(user, seat)) return false
      return !muted.has(user) && !closed.has(group)
    },
    maySubscribeToGroup: (user, group) => seatOf(user, group) !== undefined,
    mayWriteTo(recipient, sender) {
      if (recipient < size.blocks && blockedBy(recipient) === sender) return false
      // Who left it to the installation's setting hears contacts only.
      if (recipient % 20 === 3) return true
      return recipient < size.contacts && (recipient + 1) % users === sender
    },
  }
}

/** One member in a hundred is silenced. */
function isSilenced(user: number, seat: number): boolean {
  return (user + seat) % 100 === 7
}
