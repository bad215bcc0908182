import { randomUUID } from 'node:crypto'
import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText, RenderText } from '../../core/delivery/rendered-text.ts'
import type { Provider } from '../../core/ports/provider.ts'
import { CHANNELS } from '../../core/reach/reach-policy.ts'
import type { ProviderKind } from '../provider-kind.ts'
import { scriptedOutcome } from './stub-outcome.ts'
import { openStubSink, type StubSink } from './stub-sink.ts'

/** What the stub has accepted: a notification and the text that a person would read. */
export interface StubNotification extends AddressedNotification {
  readonly id: string
  readonly at: number
  readonly text: RenderedText | undefined
}

export interface StubOptions {
  readonly name: string
  readonly render: RenderText
  /** Where each one is written as a line of JSON before it is accepted. */
  readonly sink: StubSink | undefined
  /** How many are remembered. */
  readonly rememberedMax: number
  readonly now: () => number
}

export interface StubProvider extends Provider {
  /** The last ones, oldest first. */
  remembered(): readonly StubNotification[]
}

/** What it is set to write to is a path, an address, or `-`. */
export const stubKind: ProviderKind = {
  kind: 'stub',
  channels: CHANNELS,
  tokenFault: () => undefined,
  canonicalToken: (token) => token,
  read(fields) {
    const { name } = fields
    const file = fields.optionalText('file')
    return {
      names: [name],
      async open({ render, now }) {
        const sink = file === undefined ? undefined : await openStubSink(file)
        return [createStubProvider({ name, render, sink, rememberedMax: 0, now })]
      },
    }
  },
}

/** Stands in for a provider: accepts at once, unless the token says otherwise. */
export function createStubProvider(options: StubOptions): StubProvider {
  const { name, render, sink, rememberedMax, now } = options
  let remembered: StubNotification[] = []
  const textOf = ({ notification, address }: AddressedNotification) =>
    render(notification, address.channel)
  return {
    name,
    channels: CHANNELS,
    callbacks: undefined,

    async send(message, signal) {
      const outcome = await scriptedOutcome(message.address.token, signal)
      if (outcome !== undefined) return outcome
      const id = randomUUID()
      const accepted = { id, at: now(), ...message, text: textOf(message) }
      await sink?.write(`${JSON.stringify(accepted)}\n`, signal)
      remembered.push(accepted)
      if (remembered.length >= 2 * rememberedMax) remembered = lastOf(remembered, rememberedMax)
      return { kind: 'accepted', providerId: id }
    },

    preview: (message) => ({
      target: 'stub:',
      headers: {},
      body: JSON.stringify({ ...message, text: textOf(message) }),
    }),
    check: async () => ({ kind: 'proven', said: 'accepts all, sends nothing' }),
    remembered: () => lastOf(remembered, rememberedMax),
    close: async () => await sink?.close(),
  }
}

/** `slice(-max)` would be all of them where `max` is 0. */
function lastOf<Item>(items: readonly Item[], max: number): Item[] {
  return items.slice(Math.max(0, items.length - max))
}
