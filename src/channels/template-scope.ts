import type { DigestLine } from '../core/delivery/notification.ts'
import type { MessageKind } from '../core/reach/chat-message.ts'

/** The variables of a template. Nothing is `null`: what is undefined there is a mistake. */
export type Scope = Readonly<Record<string, unknown>>

/** A notification as its own template has put it, for the layout of a mail. */
export interface Shown {
  readonly title: string
  readonly body: string
}

/** What templates are told of a notification. */
export type SaidLine = Pick<DigestLine, 'messages' | 'title' | 'body' | 'from' | 'group'> & {
  readonly kind: MessageKind
}

/** Whether there is anything to say. */
export function isSaid<Line extends Pick<DigestLine, 'kind'>>(
  line: Line,
): line is Line & { readonly kind: MessageKind } {
  return line.kind !== 'clear'
}

export function scopeOf({ kind, messages, title, body, from, group }: SaidLine): Scope {
  return {
    kind,
    messages,
    title: title ?? null,
    text: body?.trim() || null,
    from: { uid: from.uid, name: from.displayName ?? from.uid },
    group: group === undefined ? null : { gid: group.gid, name: group.displayName ?? group.gid },
  }
}

export function mailScope(line: SaidLine, shown: Shown): Scope {
  return { ...scopeOf(line), shown }
}

/** `lines` are in the order of the digest's. */
export function digestScope(
  lines: readonly (SaidLine & { readonly shown: Shown })[],
  more: number,
): Scope {
  return {
    kind: 'digest',
    shown: lines[0]?.shown ?? { title: '', body: '' },
    lines: lines.map((line) => ({ ...scopeOf(line), ...line.shown })),
    more,
    conversations: lines.length + more,
  }
}
