import fc from 'fast-check'
import {
  groupOf,
  type ModelMember,
  memberOf,
  refuse,
  refuseLastOwnerOf,
  removeGroupFrom,
  userOf,
} from './directory-model.ts'
import { anyGid, anyUid, type Step, step } from './step.ts'

const FAR = new Date('2999-01-01')
const anyRole = fc.constantFrom('owner', 'admin', 'member')
const anyMember = fc.tuple(anyGid, anyUid)

export const groupSteps = [
  fc
    .tuple(anyGid, anyUid, fc.array(anyUid, { maxLength: 3 }))
    .map(([gid, owner, members]) => addGroup(gid, owner, members)),
  fc.tuple(anyGid, fc.constantFrom('members', 'admins')).map(([gid, policy]) =>
    step(`let ${policy} invite to ${gid}`, {
      onDirectory: ({ groups }) => groups.setInvitePolicy(gid, policy),
      onModel: (model) => {
        groupOf(model, gid).invitePolicy = policy
      },
    }),
  ),
  fc.tuple(anyGid, anyUid, anyRole).map(([gid, uid, role]) =>
    step(`${uid} joins ${gid} as ${role}`, {
      onDirectory: ({ members }) => members.add(gid, uid, role),
      onModel: (model) => {
        userOf(model, uid)
        const group = groupOf(model, gid)
        if (group.bans.has(uid)) refuse('MEMBER_BANNED')
        if (group.members.has(uid)) refuse('MEMBER_EXISTS')
        group.members.set(uid, { role, isSilenced: false, joined: model.clock++ })
      },
    }),
  ),
  anyMember.map(([gid, uid]) =>
    step(`${uid} leaves ${gid}`, {
      onDirectory: ({ members }) => members.remove(gid, uid),
      onModel: (model) => {
        const group = groupOf(model, gid)
        memberOf(group, uid)
        refuseLastOwnerOf(group, uid)
        group.members.delete(uid)
      },
    }),
  ),
  fc.tuple(anyGid, anyUid, anyRole).map(([gid, uid, role]) =>
    step(`${uid} becomes ${role} of ${gid}`, {
      onDirectory: ({ members }) => members.setRole(gid, uid, role),
      onModel: (model) => {
        const group = groupOf(model, gid)
        const member = memberOf(group, uid)
        if (role !== 'owner') refuseLastOwnerOf(group, uid)
        member.role = role
      },
    }),
  ),
  fc.tuple(anyGid, anyUid, fc.boolean()).map(([gid, uid, isSilenced]) =>
    step(`${isSilenced ? 'silence' : 'unsilence'} ${uid} in ${gid}`, {
      onDirectory: ({ members }) =>
        isSilenced ? members.silence(gid, uid, FAR) : members.unsilence(gid, uid),
      onModel: (model) => {
        memberOf(groupOf(model, gid), uid).isSilenced = isSilenced
      },
    }),
  ),
  anyMember.map(([gid, uid]) =>
    step(`ban ${uid} from ${gid}`, {
      onDirectory: ({ bans }) => bans.add(gid, uid),
      onModel: (model) => {
        userOf(model, uid)
        const group = groupOf(model, gid)
        refuseLastOwnerOf(group, uid)
        group.members.delete(uid)
        group.bans.add(uid)
      },
    }),
  ),
  anyMember.map(([gid, uid]) =>
    step(`unban ${uid} from ${gid}`, {
      onDirectory: ({ bans }) => bans.remove(gid, uid),
      onModel: (model) => {
        if (!model.groups.get(gid)?.bans.delete(uid)) refuse('BAN_NOT_FOUND')
      },
    }),
  ),
]

export const removeAnyGroup = anyGid.map((gid) =>
  step(`remove group ${gid}`, {
    onDirectory: ({ groups }) => groups.remove(gid),
    onModel: (model) => removeGroupFrom(model, gid),
  }),
)

export function addGroup(gid: string, owner: string, members: readonly string[]): Step {
  return step(`add group ${gid} of ${owner} with ${members}`, {
    onDirectory: ({ groups }) => groups.add({ gid, owner, members }),
    onModel: (model) => {
      for (const uid of [owner, ...members]) userOf(model, uid)
      if (model.groups.has(gid)) refuse('GROUP_EXISTS')
      const newcomer = { isSilenced: false, joined: model.clock++ }
      const all = new Map<string, ModelMember>()
      for (const uid of members) all.set(uid, { role: 'member', ...newcomer })
      all.set(owner, { role: 'owner', ...newcomer })
      model.groups.set(gid, { invitePolicy: 'members', members: all, bans: new Set() })
    },
  })
}
