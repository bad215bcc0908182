import { isIdentifier } from '../access/identifier.ts'
import type { Role } from '../directory/group.ts'
import type { SubscriptionProfile } from './subscription-profile.ts'

/** What an installation decides for everybody. */
export interface SubscriptionPolicy {
  /** `inbox` keeps applications and invitations from plain members. */
  readonly groupSubscription: 'all' | 'inbox'
  /** Whether the broker subscribes each client to its user's own topics by itself. */
  readonly autoSubscribe: boolean
}

/** Whose device it is, and what it may read. */
export interface Subscriber {
  readonly uid: string
  readonly profile: SubscriptionProfile
  readonly memberships: readonly Membership[]
}

export interface Membership {
  readonly gid: string
  readonly role: Role
}

/**
 * The filters that a device's session has to have, sorted. None matches what another matches, or
 * messages would arrive twice; but where groups are read as a whole, an invitation to a group whose
 * member one is already matches two.
 */
export function desiredSubscriptions(
  { uid, profile, memberships }: Subscriber,
  policy: SubscriptionPolicy,
): readonly string[] {
  const own = profile !== 'none' ? ownFilters(uid) : autoFilters(uid, policy)
  const groups = profile === 'all' ? memberships.flatMap((one) => groupFilters(one, policy)) : []
  return [...new Set([...own, ...groups])].sort()
}

/** What the broker subscribes by itself, at every connect: a device can't go without. */
export function autoFilters(
  uid: string,
  { autoSubscribe }: Pick<SubscriptionPolicy, 'autoSubscribe'>,
): readonly string[] {
  return autoSubscribe ? ownFilters(uid) : []
}

/** The broker takes any filter, and a malformed one breaks its lists: what is no identifier is left out. */
function ownFilters(uid: string): readonly string[] {
  if (!isIdentifier(uid)) return []
  return [`group/+/invitation/${uid}/from/+`, `user/${uid}/#`]
}

function groupFilters({ gid, role }: Membership, policy: SubscriptionPolicy): readonly string[] {
  if (!isIdentifier(gid)) return []
  if (policy.groupSubscription === 'all') return [`group/${gid}/#`]
  const inbox = `group/${gid}/inbox/+`
  return role === 'member' ? [inbox] : [inbox, `group/${gid}/application/+`]
}
