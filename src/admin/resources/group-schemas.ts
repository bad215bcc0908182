import { type Static, Type } from 'typebox'
import type { Ban, Group, Member } from '../../core/directory/group.ts'
import { choice, Identifier, named, nullable, Time } from '../schemas.ts'

const DisplayName = Type.String({ minLength: 1, maxLength: 512, examples: ['Hikers'] })
const InvitePolicy = choice(
  ['members', 'admins'],
  'Who may invite: every member, or the owner and admins.',
)
const RoleWord = choice(['owner', 'admin', 'member'])

export const GroupBody = named(
  'Group',
  {
    gid: Identifier,
    displayName: nullable(DisplayName),
    invitePolicy: InvitePolicy,
    memberCount: Type.Integer({ minimum: 0 }),
    createdAt: Time,
  },
  'Users who write to each other.',
)

const FIRST_MEMBERS_MAX = 1_000

export const NewGroupBody = named(
  'NewGroup',
  {
    gid: Identifier,
    owner: Identifier,
    displayName: Type.Optional(DisplayName),
    invitePolicy: Type.Optional(InvitePolicy),
    members: Type.Optional(
      Type.Array(Identifier, {
        maxItems: FIRST_MEMBERS_MAX,
        description: 'Members beside the owner; all of them have to be users.',
      }),
    ),
  },
  'A group to be made.',
)

export const GroupPatch = named(
  'GroupPatch',
  {
    displayName: Type.Optional(nullable(DisplayName)),
    invitePolicy: Type.Optional(InvitePolicy),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

export const MemberBody = named(
  'Member',
  {
    gid: Identifier,
    uid: Identifier,
    role: RoleWord,
    silencedUntil: nullable(Time),
    joinedAt: Time,
  },
  'What ties a user to a group.',
)

export const NewMemberBody = named(
  'NewMember',
  { uid: Identifier, role: Type.Optional(RoleWord) },
  'A user who is to join; a plain member, if no role is given.',
)

export const MemberPatch = named(
  'MemberPatch',
  {
    role: Type.Optional(RoleWord),
    silencedUntil: Type.Optional(
      Type.Union([Time, Type.Null()], {
        description: 'Until then the member may read and not write; null lets them write again.',
      }),
    ),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

export const BanBody = named(
  'Ban',
  { gid: Identifier, uid: Identifier, createdAt: Time },
  'Keeps a user out of a group.',
)

export function groupBody(group: Group): Static<typeof GroupBody> {
  return {
    gid: group.gid,
    displayName: group.displayName ?? null,
    invitePolicy: group.invitePolicy,
    memberCount: group.memberCount,
    createdAt: group.createdAt.toISOString(),
  }
}

export function memberBody(member: Member): Static<typeof MemberBody> {
  return {
    gid: member.gid,
    uid: member.uid,
    role: member.role,
    silencedUntil: member.silencedUntil?.toISOString() ?? null,
    joinedAt: member.joinedAt.toISOString(),
  }
}

export function banBody({ gid, uid, createdAt }: Ban): Static<typeof BanBody> {
  return { gid, uid, createdAt: createdAt.toISOString() }
}
