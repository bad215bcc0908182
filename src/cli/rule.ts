import { Argument, Command, Option } from 'commander'
import type { AclScope } from '../core/access/acl-rule.ts'
import type { Rule } from '../core/directory/rule.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { type Column, report, reportList } from './report.ts'

export function ruleCommand(doors: Doors): Command {
  const rule = new Command('rule').description('topic rights beyond users and groups')
  addAdd(rule, doors)
  addList(rule, doors)
  addRemove(rule, doors)
  return rule
}

const COLUMNS: readonly Column<Rule>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'EFFECT', text: ({ effect }) => effect },
  { title: 'ACTION', text: ({ action }) => action },
  { title: 'FILTER', text: ({ filter }) => filter },
  { title: 'FOR', text: ({ scope }) => inWords(scope) },
  { title: 'CREATED', text: ({ createdAt }) => createdAt.toISOString() },
]

interface ScopeOptions {
  readonly user?: string
  readonly group?: string
}

function addAdd(rule: Command, doors: Doors): void {
  const about = 'allow or deny a topic filter; a denial outweighs every permission'
  const command = directoryCommand(rule, doors, 'add', about)
    .addArgument(new Argument('<effect>').choices(['allow', 'deny']))
    .addArgument(new Argument('<action>').choices(['publish', 'subscribe', 'all']))
    .argument('<filter>', 'an MQTT topic filter, with ${uid} and ${clientid} for those who ask')
    .option('--user <uid>', 'for this user')
    .addOption(new Option('--group <gid>', 'for the members of this group').conflicts('user'))
  command.action(
    async (
      effect: Rule['effect'],
      action: Rule['action'],
      filter: string,
      options: ScopeOptions,
    ) => {
      const scope = scopeOf(options)
      const added = await withDirectoryOf(command, doors, ({ rules }) =>
        rules.add({ effect, action, filter, scope }),
      )
      report(command, `added rule ${added.id}`, added)
    },
  )
}

function addList(rule: Command, doors: Doors): void {
  const command = directoryCommand(rule, doors, 'list', 'list all rules')
  command.action(() =>
    withDirectoryOf(command, doors, ({ rules }) => reportList(command, COLUMNS, rules.list)),
  )
}

function addRemove(rule: Command, doors: Doors): void {
  const command = directoryCommand(rule, doors, 'remove <id>', 'remove a rule')
  command.action(async (id: string) => {
    await withDirectoryOf(command, doors, ({ rules }) => rules.remove(id))
    report(command, `removed rule ${id}`, { id })
  })
}

function scopeOf({ user, group }: ScopeOptions): AclScope {
  if (user !== undefined) return { kind: 'user', uid: user }
  if (group !== undefined) return { kind: 'group', gid: group }
  return { kind: 'everyone' }
}

function inWords(scope: AclScope): string {
  switch (scope.kind) {
    case 'everyone':
      return 'everyone'
    case 'user':
      return `user ${scope.uid}`
    case 'group':
      return `members of ${scope.gid}`
  }
}
