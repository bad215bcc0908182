import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { Provider, ProviderCheck } from '../../core/ports/provider.ts'
import { CHANNELS, type Channel } from '../../core/reach/reach-policy.ts'
import { createPostSession, type PostSession } from '../post-session.ts'
import type { ProviderKind, ProviderParts } from '../provider-kind.ts'
import { createWebhookSeal, type WebhookSeal } from '../standard-webhooks.ts'
import { createWebhookCallbacks } from './webhook-callbacks.ts'
import { outcomeOf } from './webhook-outcome.ts'
import { writeCheckBody, writeWebhookBody } from './webhook-payload.ts'
import { readWebhookSettings } from './webhook-settings.ts'

/** A sender of the company's own, or a vendor that we lack, plugged in without code. */
export const webhookKind: ProviderKind = {
  kind: 'webhook',
  channels: CHANNELS,
  // What it looks like is between the app and the sender.
  tokenFault: () => undefined,
  canonicalToken: (token) => token,
  read(fields) {
    const settings = readWebhookSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    const { channels, keys, url } = settings
    return {
      names: [name],
      async open(parts) {
        const session = createPostSession({ ...settings, endpoint: url })
        const seal = createWebhookSeal(keys)
        return [createWebhookProvider({ ...parts, name, channels, url, seal, session })]
      },
    }
  },
}

interface WebhookParts extends Pick<ProviderParts, 'render' | 'now'> {
  readonly name: string
  readonly channels: readonly Channel[]
  readonly url: URL
  readonly seal: WebhookSeal
  readonly session: PostSession
}

function createWebhookProvider(parts: WebhookParts): Provider {
  const { name, channels, url, seal, session, render, now } = parts
  const path = `${url.pathname}${url.search}`
  const bodyOf = (message: AddressedNotification) =>
    writeWebhookBody(message, render(message.notification, message.address.channel))

  async function post(id: string, body: Buffer, signal: AbortSignal): Promise<SendOutcome> {
    const headers = { ...HEADERS, ...seal.sign(id, body, now()) }
    try {
      return outcomeOf(await session.call({ path, headers, body }, signal), now())
    } catch (error) {
      const words = error instanceof Error ? error.message || error.name : String(error)
      return { kind: 'unavailable', reason: words }
    }
  }

  return {
    name,
    channels,
    callbacks: createWebhookCallbacks(seal),
    // The same id at each attempt, so that a sender knows a repetition.
    send: (message, signal) => post(message.ref, bodyOf(message), signal),
    preview(message) {
      const body = bodyOf(message)
      const signed = { ...seal.sign(message.ref, body, now()), 'webhook-signature': 'v1,…' }
      return {
        target: `POST ${url.href}`,
        headers: { ...HEADERS, ...signed },
        body: body.toString(),
      }
    },
    check: async (signal) =>
      checkOf(await post(`check-${now()}`, writeCheckBody(), signal), url.href),
    close: () => session.close(),
  }
}

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Herald' }

function checkOf(outcome: SendOutcome, url: string): ProviderCheck {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'proven', said: `${url} took a check that we signed` }
    case 'unavailable':
      return { kind: 'unproven', why: `${url} can't be asked now: ${outcome.reason}` }
    case 'address-gone':
    case 'rejected':
    case 'misconfigured':
      return {
        kind: 'refused',
        problem: `${url} refused a check that we signed: ${outcome.reason}`,
        remedy: 'compare the address and the secret with those of the sender',
      }
  }
}
