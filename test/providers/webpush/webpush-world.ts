import { createECDH } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { LookupFunction } from 'node:net'
import type { RenderText } from '../../../src/core/delivery/rendered-text.ts'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { createWebPushProvider } from '../../../src/providers/webpush/webpush-provider.ts'
import { createWebPushSession } from '../../../src/providers/webpush/webpush-session.ts'
import {
  readSubscription,
  type WebPushSubscription,
} from '../../../src/providers/webpush/webpush-subscription.ts'
import { makeVapidKeys } from '../../../src/providers/webpush/webpush-vapid.ts'
import { CA_PATH } from '../../support/tls-files.ts'

export const VAPID = { ...makeVapidKeys(), subject: 'mailto:ops@example.com' }

interface WorldOptions {
  readonly allowLoopback?: boolean
  readonly connectionsMax?: number
  readonly lookup?: LookupFunction
  readonly now?: () => number
  readonly render?: RenderText
}

/** As it is opened in production, but for the authority that it trusts. */
export function aWebPushProvider(options: WorldOptions = {}): Provider {
  const { allowLoopback = true, connectionsMax = 4, lookup, now = Date.now } = options
  const { render = ({ body = '' }) => ({ title: 'Ann', body, html: undefined }) } = options
  const ca = readFileSync(CA_PATH, 'utf8')
  const session = createWebPushSession({ allowLoopback, connectionsMax, ca }, lookup)
  return createWebPushProvider({ name: 'webpush', render, now, vapid: VAPID, session })
}

export const patience = () => new AbortController().signal

/** A browser's, with keys that fit nobody's unless they are given. */
export function aSubscription(keys: { p256dh?: string; auth?: string } = {}): WebPushSubscription {
  const reading = readSubscription(aToken({ keys }))
  if (reading.kind === 'fault') throw new Error(reading.fault)
  return reading.subscription
}

export function aToken({ endpoint = 'https://push.example.com/a', keys = {} }: TokenParts = {}) {
  const p256dh = createECDH('prime256v1').generateKeys('base64url')
  return JSON.stringify({ endpoint, keys: { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg', ...keys } })
}

interface TokenParts {
  readonly endpoint?: string
  readonly keys?: object
}
