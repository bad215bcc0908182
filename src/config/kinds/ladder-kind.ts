import { MESSAGE_KINDS, type MessageKind } from '../../core/reach/chat-message.ts'
import { CHANNELS, type Channel, type LadderStep } from '../../core/reach/reach-policy.ts'
import { fault, type Kind, quoted, type Reading, value } from '../setting.ts'
import { readDuration, writeDuration } from './number-kinds.ts'

/** What is said of every kind of message, and of some kinds by name. */
export interface Ladders {
  readonly byDefault: Ladder
  readonly byKind: Readonly<Partial<Record<MessageKind, Ladder>>>
}

export type Ladder = readonly LadderStep[]

/** Where only some kinds have a ladder of their own. */
const PUSH: Ladder = [{ channel: 'push', afterMs: 0 }]

/** `push; 10m sms; 1h email | invitation: push`: channels in their order, each with its wait. */
export const ladder: Kind<Ladders> = {
  placeholder: '<steps>',
  form: `steps separated by \`;\`, each a wait and a channel (${CHANNELS.map((word) => `\`${word}\``).join(', ')}), the waits counted from the decision; after \`|\` those of one kind of message, behind its name and \`:\` (${MESSAGE_KINDS.map((word) => `\`${word}\``).join(', ')}): \`push; 10m sms | invitation: push; 1d email\``,
  read(text) {
    let ladders: Ladders = { byDefault: PUSH, byKind: {} }
    const named = new Set<string>()
    for (const part of text.split('|')) {
      const { name, steps } = splitPart(part)
      if (named.has(name)) return fault(`says twice what ${name} gets`, 'say it once')
      named.add(name)
      const reading = readSteps(steps)
      if (reading.kind === 'fault') return reading
      const kind = MESSAGE_KINDS.find((word) => word === name)
      if (name !== EVERY && kind === undefined) {
        const known = MESSAGE_KINDS.join(', ')
        return fault(`${quoted(name)} is no kind of message`, `write one of ${known}`)
      }
      ladders =
        kind === undefined
          ? { ...ladders, byDefault: reading.value }
          : { ...ladders, byKind: { ...ladders.byKind, [kind]: reading.value } }
    }
    return value(ladders)
  },
  write: ({ byDefault, byKind }) =>
    [
      writeSteps(byDefault),
      ...Object.entries(byKind).map(([kind, steps]) => `${kind}: ${writeSteps(steps)}`),
    ].join(' | '),
}

/** What the part without a name is about. */
const EVERY = 'every kind of message'

function splitPart(part: string): { readonly name: string; readonly steps: string } {
  const [before = '', after] = part.split(':')
  return after === undefined
    ? { name: EVERY, steps: before }
    : { name: before.trim(), steps: after }
}

function readSteps(text: string): Reading<Ladder> {
  const steps: LadderStep[] = []
  for (const words of text.split(';')) {
    const step = readStep(words.trim())
    if (step === undefined) {
      const remedy = `write a wait and one of ${CHANNELS.join(', ')}: push; 10m sms; 1h email`
      return fault(`${quoted(words.trim())} is no step of a ladder`, remedy)
    }
    const before = steps.at(-1)
    if (before !== undefined && step.afterMs <= before.afterMs) {
      const remedy = 'let each step wait longer than the one before; waits count from the decision'
      return fault(`${quoted(words.trim())} does not come after the step before it`, remedy)
    }
    steps.push(step)
  }
  const twice = CHANNELS.find((word) => steps.filter(({ channel }) => channel === word).length > 1)
  if (twice !== undefined) return fault(`climbs to ${twice} twice`, 'name each channel once')
  return value(steps)
}

function readStep(text: string): LadderStep | undefined {
  const [, wait, word] = /^(?:(\S+)\s+)?(\S+)$/.exec(text) ?? []
  const channel: Channel | undefined = CHANNELS.find((one) => one === word)
  const afterMs = wait === undefined ? 0 : readDuration(wait)
  return channel === undefined || afterMs === undefined ? undefined : { channel, afterMs }
}

function writeSteps(steps: Ladder): string {
  return steps
    .map(({ channel, afterMs }) =>
      afterMs === 0 ? channel : `${writeDuration(afterMs)} ${channel}`,
    )
    .join('; ')
}
