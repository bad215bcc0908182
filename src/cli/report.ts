import type { Command } from 'commander'
import { PAGE_ITEMS_MAX, type Page, type PageRequest } from '../core/directory/page.ts'
import { print } from './print.ts'

/** Prints a result: the sentence for people, the object for machines. */
export function report(command: Command, sentence: string, result: object): void {
  print(command, wantsJson(command) ? JSON.stringify(result) : sentence)
}

export interface Column<Item> {
  readonly title: string
  readonly text: (item: Item) => string | undefined
}

/** Prints a list page by page: a table for people, an object a line for machines. */
export async function reportList<Item extends object>(
  command: Command,
  columns: readonly Column<Item>[],
  read: (page: PageRequest) => Promise<Page<Item>>,
): Promise<void> {
  let widths = columns.map(({ title }) => title.length)
  let after: string | undefined
  let isFirst = true
  do {
    const { items, next } = await read({ after, limit: PAGE_ITEMS_MAX })
    if (wantsJson(command)) {
      for (const item of items) print(command, JSON.stringify(item))
    } else {
      const cells = items.map((item) => columns.map(({ text }) => text(item) ?? '-'))
      widths = widths.map((width, at) => Math.max(width, ...cells.map((row) => lengthOf(row[at]))))
      const titles = columns.map(({ title }) => title)
      for (const row of isFirst ? [titles, ...cells] : cells) print(command, lineOf(row, widths))
    }
    isFirst = false
    after = next
  } while (after !== undefined)
}

function wantsJson(command: Command): boolean {
  return command.getOptionValue('json') === true
}

function lengthOf(text: string | undefined): number {
  return text?.length ?? 0
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join('  ')
    .trimEnd()
}
