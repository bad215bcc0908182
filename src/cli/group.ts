import { Command, Option } from 'commander'
import type { Group, InvitePolicy } from '../core/directory/group.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { addBanCommands } from './group-bans.ts'
import { addMemberCommands } from './group-members.ts'
import { type Column, report, reportList } from './report.ts'

export function groupCommand(doors: Doors): Command {
  const group = new Command('group').description('groups, their members and bans')
  addAdd(group, doors)
  addList(group, doors)
  addRemove(group, doors)
  addInvites(group, doors)
  addMemberCommands(group, doors)
  addBanCommands(group, doors)
  return group
}

const COLUMNS: readonly Column<Group>[] = [
  { title: 'GID', text: ({ gid }) => gid },
  { title: 'NAME', text: ({ displayName }) => displayName },
  { title: 'MEMBERS', text: ({ memberCount }) => String(memberCount) },
  { title: 'INVITED BY', text: ({ invitePolicy }) => invitePolicy },
  { title: 'CREATED', text: ({ createdAt }) => createdAt.toISOString() },
]

const INVITE_POLICIES: readonly InvitePolicy[] = ['members', 'admins']

interface AddOptions {
  readonly owner: string
  readonly member?: readonly string[]
  readonly name?: string
  readonly invites?: InvitePolicy
}

function addAdd(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'add <gid>', 'add a group')
    .requiredOption('--owner <uid>', 'who owns it')
    .option('--member <uid...>', 'further members')
    .option('--name <text>', 'what people call the group')
    .addOption(new Option('--invites <by>', 'who may invite').choices(INVITE_POLICIES))
  command.action(async (gid: string, { owner, member, name, invites }: AddOptions) => {
    const added = await withDirectoryOf(command, doors, ({ groups }) =>
      groups.add({ gid, owner, members: member, displayName: name, invitePolicy: invites }),
    )
    report(command, `added group ${gid} with ${added.memberCount} members`, added)
  })
}

function addList(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'list', 'list all groups')
  command.action(() =>
    withDirectoryOf(command, doors, ({ groups }) => reportList(command, COLUMNS, groups.list)),
  )
}

function addRemove(group: Command, doors: Doors): void {
  const about = 'remove a group, with its memberships, bans and rules'
  const command = directoryCommand(group, doors, 'remove <gid>', about)
  command.action(async (gid: string) => {
    await withDirectoryOf(command, doors, ({ groups }) => groups.remove(gid))
    report(command, `removed group ${gid}`, { gid })
  })
}

function addInvites(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'invites <gid>', 'say who may invite')
  command.addArgument(command.createArgument('<by>').choices(INVITE_POLICIES))
  command.action(async (gid: string, by: InvitePolicy) => {
    const changed = await withDirectoryOf(command, doors, ({ groups }) =>
      groups.setInvitePolicy(gid, by),
    )
    report(command, `${by} of ${gid} may invite`, changed)
  })
}
