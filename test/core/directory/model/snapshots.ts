import type { Directory } from '../../../../src/core/directory/directory.ts'
import type { Page, PageRequest } from '../../../../src/core/directory/page.ts'
import type { DirectoryModel } from './directory-model.ts'
import { nameOf } from './rule-steps.ts'

/** All that can be seen of a directory, a line each. Two items a page, so that pages turn. */
export async function snapshotOf(directory: Directory): Promise<string[]> {
  const lines: string[] = []
  for (const user of await all(directory.users.list)) {
    const { uid, disabledAt, hasPassword, contactPolicy = 'default' } = user
    lines.push(`user ${uid} ${disabledAt !== undefined} ${hasPassword} ${contactPolicy}`)
    lines.push(...(await belongingsOf(directory, uid)))
  }
  for (const { gid, invitePolicy, memberCount } of await all(directory.groups.list)) {
    lines.push(`group ${gid} ${invitePolicy} ${memberCount}`)
    for (const { uid } of await all((page) => directory.bans.list(gid, page))) {
      lines.push(`ban ${gid} ${uid}`)
    }
  }
  for (const { scope, filter } of await all(directory.rules.list)) {
    lines.push(`rule ${nameOf(scope)} ${filter}`)
  }
  return lines.sort()
}

async function belongingsOf(directory: Directory, uid: string): Promise<string[]> {
  const devices = await all((page) => directory.devices.list(uid, page))
  const memberships = await all((page) => directory.members.listOf(uid, page))
  const contacts = await all((page) => directory.contacts.list(uid, page))
  const blocks = await all((page) => directory.contacts.listBlocks(uid, page))
  const addresses = await all((page) => directory.addresses.list(uid, page))
  const { notify } = await directory.notifications.show(uid)
  const own = await all((page) => directory.notifications.listConversations(uid, page))
  return [
    `notify ${uid} ${notify}`,
    ...own.map((one) => `notify ${uid} ${one.conversation} ${one.notify}`),
    ...addresses.map(({ token, clientId }) => `address ${token} ${uid} ${clientId}`),
    ...devices.map(
      ({ clientId, revokedAt, secretCount }) =>
        `device ${clientId} ${uid} ${revokedAt !== undefined} ${secretCount}`,
    ),
    ...memberships.map(
      ({ gid, role, silencedUntil }) =>
        `member ${gid} ${uid} ${role} ${silencedUntil !== undefined}`,
    ),
    ...contacts.map(({ contactUid }) => `contact ${uid} ${contactUid}`),
    ...blocks.map(({ blockedUid }) => `block ${uid} ${blockedUid}`),
  ]
}

async function all<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await read({ limit: 2, after })
    items.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return items
}

/** The same lines, of the model. */
export function snapshotOfModel(model: DirectoryModel): string[] {
  const lines: string[] = []
  for (const [uid, user] of model.users) {
    lines.push(`user ${uid} ${user.isDisabled} ${user.hasPassword} ${user.policy}`)
    lines.push(`notify ${uid} ${user.notify}`)
    for (const [name, notify] of user.conversations) lines.push(`notify ${uid} ${name} ${notify}`)
  }
  for (const [clientId, { uid, isRevoked, secrets }] of model.devices) {
    lines.push(`device ${clientId} ${uid} ${isRevoked} ${secrets}`)
  }
  for (const [gid, { invitePolicy, members, bans }] of model.groups) {
    lines.push(`group ${gid} ${invitePolicy} ${members.size}`)
    for (const [uid, { role, isSilenced }] of members) {
      lines.push(`member ${gid} ${uid} ${role} ${isSilenced}`)
    }
    for (const uid of bans) lines.push(`ban ${gid} ${uid}`)
  }
  for (const [token, { uid, clientId }] of model.addresses) {
    lines.push(`address ${token} ${uid} ${clientId}`)
  }
  for (const pair of model.contacts) lines.push(`contact ${pair}`)
  for (const pair of model.blocks) lines.push(`block ${pair}`)
  for (const { scope, filter } of model.rules) lines.push(`rule ${scope} ${filter}`)
  return lines.sort()
}
