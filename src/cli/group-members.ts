import { type Command, Option } from 'commander'
import type { Member, Role } from '../core/directory/group.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { type Column, report, reportList } from './report.ts'

/** The subcommands of `group` that are about its members. */
export function addMemberCommands(group: Command, doors: Doors): void {
  addMembers(group, doors)
  addMemberships(group, doors)
  addJoin(group, doors)
  addLeave(group, doors)
  addRole(group, doors)
  addSilence(group, doors)
  addUnsilence(group, doors)
}

const ROLES: readonly Role[] = ['owner', 'admin', 'member']

const MEMBERSHIP_COLUMNS: readonly Column<Member>[] = [
  { title: 'ROLE', text: ({ role }) => role },
  { title: 'SILENCED UNTIL', text: ({ silencedUntil }) => silencedUntil?.toISOString() },
  { title: 'JOINED', text: ({ joinedAt }) => joinedAt.toISOString() },
]

const UID_COLUMN: Column<Member> = { title: 'UID', text: ({ uid }) => uid }
const GID_COLUMN: Column<Member> = { title: 'GID', text: ({ gid }) => gid }

function addMembers(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'members <gid>', "list a group's members")
  command.action((gid: string) =>
    withDirectoryOf(command, doors, ({ members }) =>
      reportList(command, [UID_COLUMN, ...MEMBERSHIP_COLUMNS], (page) => members.list(gid, page)),
    ),
  )
}

function addMemberships(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'memberships <uid>', "list a user's groups")
  command.action((uid: string) =>
    withDirectoryOf(command, doors, ({ members }) =>
      reportList(command, [GID_COLUMN, ...MEMBERSHIP_COLUMNS], (page) => members.listOf(uid, page)),
    ),
  )
}

function addJoin(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'join <gid> <uid>', 'make a user a member')
  command.addOption(new Option('--role <role>', 'as what').choices(ROLES).default('member'))
  command.action(async (gid: string, uid: string, { role }: { readonly role: Role }) => {
    const added = await withDirectoryOf(command, doors, ({ members }) =>
      members.add(gid, uid, role),
    )
    report(command, `${uid} is ${role} of ${gid}`, added)
  })
}

function addLeave(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'leave <gid> <uid>', 'end a membership')
  command.action(async (gid: string, uid: string) => {
    await withDirectoryOf(command, doors, ({ members }) => members.remove(gid, uid))
    report(command, `${uid} is no longer a member of ${gid}`, { gid, uid })
  })
}

function addRole(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'role <gid> <uid>', "change a member's role")
  command.addArgument(command.createArgument('<role>').choices(ROLES))
  command.action(async (gid: string, uid: string, role: Role) => {
    const changed = await withDirectoryOf(command, doors, ({ members }) =>
      members.setRole(gid, uid, role),
    )
    report(command, `${uid} is ${role} of ${gid}`, changed)
  })
}

function addSilence(group: Command, doors: Doors): void {
  const about = 'let a member read but not write for a while'
  const command = directoryCommand(group, doors, 'silence <gid> <uid>', about)
  command.requiredOption('--for <duration>', 'for how long: 90s, 10m, 2h, 7d', readDuration)
  command.action(async (gid: string, uid: string, options: { readonly for: number }) => {
    const until = new Date(Date.now() + options.for)
    const changed = await withDirectoryOf(command, doors, ({ members }) =>
      members.silence(gid, uid, until),
    )
    report(command, `${uid} is silenced in ${gid} until ${until.toISOString()}`, changed)
  })
}

function addUnsilence(group: Command, doors: Doors): void {
  const about = 'let a silenced member write again'
  const command = directoryCommand(group, doors, 'unsilence <gid> <uid>', about)
  command.action(async (gid: string, uid: string) => {
    const changed = await withDirectoryOf(command, doors, ({ members }) =>
      members.unsilence(gid, uid),
    )
    report(command, `${uid} may write to ${gid}`, changed)
  })
}
