import type { Page } from '../core/directory/page.ts'

/** A page as it is sent. */
export function sendPage<Item, Body>(
  { items, next }: Page<Item>,
  bodyOf: (item: Item) => Body,
): { items: Body[]; next: string | null } {
  return { items: items.map(bodyOf), next: next ?? null }
}
