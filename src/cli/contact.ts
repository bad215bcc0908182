import { Command } from 'commander'
import type { Block, Contact } from '../core/directory/contact.ts'
import type { ContactDirection } from '../core/directory/contacts.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { type Column, report, reportList } from './report.ts'

export function contactCommand(doors: Doors): Command {
  const contact = new Command('contact').description('who may write to whom')
  addAdd(contact, doors)
  addList(contact, doors)
  addRemove(contact, doors)
  addBlock(contact, doors)
  addUnblock(contact, doors)
  addBlocks(contact, doors)
  return contact
}

const CONTACT_COLUMNS: readonly Column<Contact>[] = [
  { title: 'CONTACT', text: ({ contactUid }) => contactUid },
  { title: 'SINCE', text: ({ createdAt }) => createdAt.toISOString() },
]

const BLOCK_COLUMNS: readonly Column<Block>[] = [
  { title: 'BLOCKED', text: ({ blockedUid }) => blockedUid },
  { title: 'SINCE', text: ({ createdAt }) => createdAt.toISOString() },
]

interface DirectionOptions {
  readonly oneWay?: true
}

function addAdd(contact: Command, doors: Doors): void {
  const about = 'make two users contacts of each other'
  const command = directoryCommand(contact, doors, 'add <uid> <contact>', about)
  command.option('--one-way', 'only let <contact> write to <uid>')
  command.action(async (uid: string, contactUid: string, options: DirectionOptions) => {
    const direction = directionOf(options)
    await withDirectoryOf(command, doors, ({ contacts }) =>
      contacts.add(uid, contactUid, direction),
    )
    report(command, `${contactUid} is a contact of ${uid}`, { uid, contactUid, direction })
  })
}

function addList(contact: Command, doors: Doors): void {
  const command = directoryCommand(contact, doors, 'list <uid>', "list a user's contacts")
  command.action((uid: string) =>
    withDirectoryOf(command, doors, ({ contacts }) =>
      reportList(command, CONTACT_COLUMNS, (page) => contacts.list(uid, page)),
    ),
  )
}

function addRemove(contact: Command, doors: Doors): void {
  const about = 'make two users strangers to each other'
  const command = directoryCommand(contact, doors, 'remove <uid> <contact>', about)
  command.option('--one-way', 'only take <contact> from the contacts of <uid>')
  command.action(async (uid: string, contactUid: string, options: DirectionOptions) => {
    const direction = directionOf(options)
    await withDirectoryOf(command, doors, ({ contacts }) =>
      contacts.remove(uid, contactUid, direction),
    )
    report(command, `${contactUid} is no contact of ${uid}`, { uid, contactUid, direction })
  })
}

function addBlock(contact: Command, doors: Doors): void {
  const about = 'let nothing that <blocked> writes reach the inbox of <uid>'
  const command = directoryCommand(contact, doors, 'block <uid> <blocked>', about)
  command.action(async (uid: string, blockedUid: string) => {
    await withDirectoryOf(command, doors, ({ contacts }) => contacts.block(uid, blockedUid))
    report(command, `${uid} blocks ${blockedUid}`, { uid, blockedUid })
  })
}

function addUnblock(contact: Command, doors: Doors): void {
  const command = directoryCommand(contact, doors, 'unblock <uid> <blocked>', 'end a block')
  command.action(async (uid: string, blockedUid: string) => {
    await withDirectoryOf(command, doors, ({ contacts }) => contacts.unblock(uid, blockedUid))
    report(command, `${uid} no longer blocks ${blockedUid}`, { uid, blockedUid })
  })
}

function addBlocks(contact: Command, doors: Doors): void {
  const command = directoryCommand(contact, doors, 'blocks <uid>', 'list whom a user blocks')
  command.action((uid: string) =>
    withDirectoryOf(command, doors, ({ contacts }) =>
      reportList(command, BLOCK_COLUMNS, (page) => contacts.listBlocks(uid, page)),
    ),
  )
}

function directionOf({ oneWay }: DirectionOptions): ContactDirection {
  return oneWay === true ? 'one-way' : 'both-ways'
}
