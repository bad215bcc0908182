import type { Role } from '../../../../src/core/directory/group.ts'
import { DomainError, type ErrorCode } from '../../../../src/core/domain-error.ts'

export interface ModelMember {
  role: Role
  isSilenced: boolean
  /** Who came first has the lower number; who came together is told apart by uid. */
  readonly joined: number
}

interface ModelUser {
  isDisabled: boolean
  hasPassword: boolean
  policy: string
  notify: string
  readonly conversations: Map<string, string>
}

interface ModelGroup {
  invitePolicy: string
  readonly members: Map<string, ModelMember>
  readonly bans: Set<string>
}

/** What the directory ought to do, in memory and as plainly as can be. */
export interface DirectoryModel {
  readonly users: Map<string, ModelUser>
  readonly removed: Set<string>
  readonly devices: Map<string, { readonly uid: string; isRevoked: boolean; secrets: number }>
  readonly groups: Map<string, ModelGroup>
  /** By token. */
  readonly addresses: Map<string, { readonly uid: string; readonly clientId: string | undefined }>
  /** Pairs, as `uid contact`. */
  readonly contacts: Set<string>
  readonly blocks: Set<string>
  /** Scope and filter of each rule, in the order in which they were made. */
  rules: { readonly scope: string; readonly filter: string }[]
  clock: number
}

export function anEmptyModel(): DirectoryModel {
  return {
    users: new Map(),
    removed: new Set(),
    devices: new Map(),
    groups: new Map(),
    addresses: new Map(),
    contacts: new Set(),
    blocks: new Set(),
    rules: [],
    clock: 0,
  }
}

export function refuse(code: ErrorCode): never {
  throw new DomainError(code, code)
}

export function userOf(model: DirectoryModel, uid: string) {
  return model.users.get(uid) ?? refuse('USER_NOT_FOUND')
}

export function deviceOf(model: DirectoryModel, clientId: string) {
  return model.devices.get(clientId) ?? refuse('DEVICE_NOT_FOUND')
}

export function groupOf(model: DirectoryModel, gid: string): ModelGroup {
  return model.groups.get(gid) ?? refuse('GROUP_NOT_FOUND')
}

export function memberOf(group: ModelGroup, uid: string): ModelMember {
  return group.members.get(uid) ?? refuse('MEMBER_NOT_FOUND')
}

export function refuseLastOwnerOf(group: ModelGroup, uid: string): void {
  const owners = [...group.members].filter(([, { role }]) => role === 'owner')
  if (owners.length === 1 && owners[0]?.[0] === uid) refuse('LAST_OWNER')
}

export function removeUserFrom(model: DirectoryModel, uid: string): void {
  userOf(model, uid)
  model.users.delete(uid)
  model.removed.add(uid)
  for (const [clientId, device] of model.devices) {
    if (device.uid === uid) model.devices.delete(clientId)
  }
  for (const [token, address] of model.addresses) {
    if (address.uid === uid) model.addresses.delete(token)
  }
  for (const pairs of [model.contacts, model.blocks]) {
    for (const pair of pairs) if (pair.split(' ').includes(uid)) pairs.delete(pair)
  }
  for (const { conversations } of model.users.values()) {
    for (const requests of ['', '/application']) conversations.delete(`user/${uid}${requests}`)
  }
  for (const [gid, group] of model.groups) leaveForGood(model, gid, group, uid)
  model.rules = model.rules.filter(({ scope }) => scope !== `user ${uid}`)
}

function leaveForGood(model: DirectoryModel, gid: string, group: ModelGroup, uid: string): void {
  group.bans.delete(uid)
  if (!group.members.delete(uid)) return
  const left = [...group.members]
  if (left.length === 0) removeGroupFrom(model, gid)
  if (left.some(([, { role }]) => role === 'owner')) return
  const rank = ([name, { role, joined }]: [string, ModelMember]) =>
    `${role === 'admin' ? 0 : 1} ${String(joined).padStart(9, '0')} ${name}`
  const [heir] = left.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  if (heir !== undefined) heir[1].role = 'owner'
}

export function removeGroupFrom(model: DirectoryModel, gid: string): void {
  groupOf(model, gid)
  model.groups.delete(gid)
  model.rules = model.rules.filter(({ scope }) => scope !== `group ${gid}`)
}
