import { hash } from 'node:crypto'
import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { Provider, ProviderRequest } from '../../core/ports/provider.ts'
import type { ProviderKind, ProviderParts } from '../provider-kind.ts'
import { AddressRefused } from './public-address.ts'
import { createTurn } from './turn.ts'
import { encryptMessage } from './webpush-encryption.ts'
import { outcomeOf } from './webpush-outcome.ts'
import { writeHeaders, writePayload } from './webpush-payload.ts'
import { createWebPushSession, type WebPushSession } from './webpush-session.ts'
import { readWebPushSettings } from './webpush-settings.ts'
import {
  canonicalSubscription,
  createSubscriptionReader,
  subscriptionFault,
  type WebPushSubscription,
} from './webpush-subscription.ts'
import { createVapidSigner, type VapidSettings } from './webpush-vapid.ts'

/** Browsers, on phones and desktops, each by the push service of its maker. */
export const webPushKind: ProviderKind = {
  kind: 'webpush',
  channels: ['push'],
  tokenFault: subscriptionFault,
  canonicalToken: canonicalSubscription,
  read(fields) {
    const settings = readWebPushSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return {
      names: [name],
      async open(parts) {
        const session = createWebPushSession(settings)
        return [createWebPushProvider({ ...parts, name, vapid: settings.vapid, session })]
      },
    }
  },
}

export interface WebPushParts extends Pick<ProviderParts, 'render' | 'now'> {
  readonly name: string
  readonly vapid: VapidSettings
  readonly session: WebPushSession
}

/** Some 4 MB. */
const SUBSCRIPTIONS_KNOWN = 2_000

export function createWebPushProvider(parts: WebPushParts): Provider {
  const { name, now, vapid, session } = parts
  const plan = createPlanner(parts)
  const signer = createVapidSigner(vapid)
  const turn = createTurn()

  return {
    name,
    channels: webPushKind.channels,
    callbacks: undefined,

    async send(message, signal) {
      const planned = plan(message)
      if (planned.kind === 'none') return planned.outcome
      const { subscription, payload, headers } = planned
      const { origin, host, path } = subscription.endpoint
      await turn()
      const body = encryptMessage(subscription, payload)
      const authorization = signer.authorize(origin, now())
      await turn()
      try {
        const call = { path, headers: { ...headers, authorization }, body }
        return outcomeOf(await session.post(origin, call, signal), host, now())
      } catch (error) {
        return outcomeOfFailure(error)
      }
    },

    preview: (message) => previewOf(plan(message), vapid.publicKey),
    check: async () => ({ kind: 'unproven', why: UNPROVEN }),
    close: () => session.close(),
  }
}

type Plan =
  | { readonly kind: 'none'; readonly outcome: SendOutcome }
  | {
      readonly kind: 'call'
      readonly subscription: WebPushSubscription
      readonly headers: Readonly<Record<string, string>>
      readonly payload: Buffer
    }

/** What a message becomes before it is encrypted. */
function createPlanner({ render, now, vapid }: WebPushParts) {
  const topicKey = hash('sha256', `topics of ${vapid.privateKey}`, 'buffer')
  const readSubscription = createSubscriptionReader(SUBSCRIPTIONS_KNOWN)
  return (message: AddressedNotification): Plan => {
    const { notification, address } = message
    if (notification.kind === 'clear') return refuse(CLEAR)
    const text = render(notification, address.channel)
    if (text === undefined) return refuse(NOTHING_SHOWN)
    const reading = readSubscription(address.token)
    if (reading.kind === 'fault') return refuse(brokenToken(reading.fault))
    const headers = writeHeaders(message, topicKey, now())
    const { subscription } = reading
    return { kind: 'call', subscription, headers, payload: writePayload(message, text) }
  }
}

/** Browsers that are sent what shows nothing show a text of their own, and in the end take the right away. */
const CLEAR: SendOutcome = {
  kind: 'accepted',
  providerId: 'not-sent: a browser can not be told to clear in silence',
}
const NOTHING_SHOWN: SendOutcome = {
  kind: 'rejected',
  reason: 'not sent: a browser must show whatever it is sent, and this shows nothing',
}
const UNPROVEN =
  'the keys are a pair, but we made them ourselves: only a push to a real browser proves that they are the ones that its page subscribed with'

function refuse(outcome: SendOutcome): Plan {
  return { kind: 'none', outcome }
}

/** No browser ever had it. */
function brokenToken(fault: string): SendOutcome {
  return { kind: 'address-gone', reason: `token ${fault}` }
}

/** No word of it opens a circuit by itself: the endpoint is what a user said. */
function outcomeOfFailure(error: unknown): SendOutcome {
  if (error instanceof AddressRefused) return { kind: 'rejected', reason: error.message }
  const words = error instanceof Error ? error.message || error.name : String(error)
  return { kind: 'unavailable', reason: words }
}

/** Before it is encrypted: what is sent is another at each attempt. */
function previewOf(planned: Plan, publicKey: string): ProviderRequest {
  if (planned.kind === 'none') {
    const { outcome } = planned
    const why = outcome.kind === 'accepted' ? outcome.providerId : outcome.reason
    return { target: 'nobody', headers: {}, body: why }
  }
  const { subscription, headers, payload } = planned
  return {
    target: `POST ${subscription.endpoint.href}`,
    headers: { ...headers, authorization: `vapid t=…, k=${publicKey}` },
    body: payload.toString(),
  }
}
