import { type Static, Type } from 'typebox'
import type { FellowMember, OwnGroup } from '../../core/directory/own-views.ts'
import { choice, Identifier, named, nullable, Time } from '../schemas.ts'

const Role = choice(['owner', 'admin', 'member'])

export const OwnGroupBody = named(
  'OwnGroup',
  {
    gid: Identifier,
    displayName: nullable(Type.String()),
    invitePolicy: choice(['members', 'admins'], 'Who may invite.'),
    role: Role,
    silencedUntil: nullable(Time),
    joinedAt: Time,
  },
  'A group that the caller is in; role and times are the caller’s own.',
)

export const FellowMemberBody = named(
  'FellowMember',
  {
    uid: Identifier,
    displayName: nullable(Type.String()),
    role: Role,
    silencedUntil: nullable(Time),
    joinedAt: Time,
  },
  'Somebody in a group that the caller is in.',
)

export const FellowMemberPatch = named(
  'FellowMemberPatch',
  {
    role: Type.Optional(Role),
    silencedUntil: Type.Optional(nullable(Time)),
  },
  'Owners give roles; owners and admins silence.',
)

export function groupBody(group: OwnGroup): Static<typeof OwnGroupBody> {
  return {
    gid: group.gid,
    displayName: group.displayName ?? null,
    invitePolicy: group.invitePolicy,
    role: group.role,
    silencedUntil: group.silencedUntil?.toISOString() ?? null,
    joinedAt: group.joinedAt.toISOString(),
  }
}

export function fellowBody(member: FellowMember): Static<typeof FellowMemberBody> {
  return {
    uid: member.uid,
    displayName: member.displayName ?? null,
    role: member.role,
    silencedUntil: member.silencedUntil?.toISOString() ?? null,
    joinedAt: member.joinedAt.toISOString(),
  }
}
