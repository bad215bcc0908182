import { Command, Option } from 'commander'
import {
  type ChatRequest,
  REQUEST_STATES,
  type RequestState,
} from '../core/directory/chat-request.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { type Column, report, reportList } from './report.ts'

export function requestCommand(doors: Doors): Command {
  const request = new Command('request').description('what people ask of each other and of groups')
  addList(request, doors)
  addDecision(request, doors, 'accept', 'accepted')
  addDecision(request, doors, 'decline', 'declined')
  return request
}

const COLUMNS: readonly Column<ChatRequest>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'KIND', text: ({ kind }) => kind },
  { title: 'FROM', text: ({ from }) => from },
  { title: 'TO', text: ({ to }) => to },
  { title: 'GROUP', text: ({ gid }) => gid },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'ASKED', text: ({ askedAt }) => askedAt.toISOString() },
]

interface ListOptions {
  readonly from?: string
  readonly to?: string
  readonly group?: string
  readonly state?: RequestState
}

function addList(request: Command, doors: Doors): void {
  const command = directoryCommand(request, doors, 'list', 'list requests, the newest first')
    .option('--from <uid>', 'only those of this user')
    .option('--to <uid>', 'only those to this user')
    .option('--group <gid>', 'only those about this group')
    .addOption(new Option('--state <state>', 'only those that are so').choices(REQUEST_STATES))
  command.action(({ from, to, group: gid, state }: ListOptions) =>
    withDirectoryOf(command, doors, ({ requests }) =>
      reportList(command, COLUMNS, (page) => requests.list({ from, to, gid, state }, page)),
    ),
  )
}

function addDecision(
  request: Command,
  doors: Doors,
  verb: 'accept' | 'decline',
  done: string,
): void {
  const about = `${verb} a request, and tell who asked`
  const command = directoryCommand(request, doors, `${verb} <id>`, about)
  command.action(async (id: string) => {
    const decided = await withDirectoryOf(command, doors, ({ requests }) => requests[verb](id))
    report(command, `${done} the ${decided.kind} of ${decided.from}`, decided)
  })
}
