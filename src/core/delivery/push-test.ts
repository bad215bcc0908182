import { randomBytes } from 'node:crypto'
import type { Address } from '../directory/address.ts'
import type { Directory } from '../directory/directory.ts'
import { PAGE_ITEMS_MAX } from '../directory/page.ts'
import { DomainError } from '../domain-error.ts'
import type { Provider, ProviderRequest } from '../ports/provider.ts'
import { callProvider } from './call-provider.ts'
import { writeDeliveryRef } from './delivery-ref.ts'
import type { AddressedNotification } from './notification.ts'
import type { SendOutcome } from './send-outcome.ts'

export interface PushTestParts {
  readonly directory: Pick<Directory, 'addresses' | 'notifications'>
  /** By name; undefined where it is not configured. */
  readonly provider: (name: string) => Provider | undefined
  readonly nowMs: number
  readonly timeoutMs: number
}

export interface PushTestRequest {
  readonly uid: string
  /** Undefined stands for all. */
  readonly provider: string | undefined
  /** Only says what would be sent. */
  readonly isDry: boolean
}

export interface PushTest {
  readonly address: Address
  readonly result:
    | { readonly kind: 'unconfigured' }
    | { readonly kind: 'preview'; readonly request: ProviderRequest }
    | { readonly kind: 'called'; readonly ref: string; readonly outcome: SendOutcome }
}

const TEST_LIFE_MS = 3_600_000

/**
 * Sends one notification to each address of a user, straight through its provider: no delivery is
 * written, no limit counted, no address removed.
 */
export async function testPush(
  parts: PushTestParts,
  request: PushTestRequest,
): Promise<readonly PushTest[]> {
  const { addresses, notifications } = parts.directory
  const { items } = await addresses.list(request.uid, { limit: PAGE_ITEMS_MAX })
  const { locale } = await notifications.show(request.uid)
  const chosen = items.filter(({ provider }) => provider === (request.provider ?? provider))
  if (chosen.length === 0) throw noAddress(request)
  return Promise.all(
    chosen.map(async (address) => ({
      address,
      result: await testAddress(parts, address, locale, request.isDry),
    })),
  )
}

async function testAddress(
  { provider: find, nowMs, timeoutMs }: PushTestParts,
  address: Address,
  locale: string | undefined,
  isDry: boolean,
): Promise<PushTest['result']> {
  const provider = find(address.provider)
  if (provider === undefined) return { kind: 'unconfigured' }
  const message = testMessage(address, locale, nowMs)
  if (isDry) return { kind: 'preview', request: provider.preview(message) }
  const outcome = await callProvider(provider, message, timeoutMs)
  return { kind: 'called', ref: message.ref, outcome }
}

/** Looks like any other, but for its sender, whom nobody can be. */
function testMessage(
  { id, channel, token, uid, clientId, locale }: Address,
  usersLocale: string | undefined,
  nowMs: number,
): AddressedNotification {
  const messageId = randomBytes(16).toString('hex')
  const day = new Date(nowMs).toISOString().slice(0, 10)
  return {
    ref: writeDeliveryRef({ day, messageId, addressId: id }),
    address: { id, channel, token, uid, deviceId: clientId },
    notification: {
      kind: 'direct-message',
      messageId,
      messages: 1,
      conversation: 'user/$herald',
      from: { uid: '$herald', displayName: 'Herald' },
      group: undefined,
      title: undefined,
      body: 'This is a test.',
      isPreviewHidden: false,
      data: undefined,
      collapseKey: undefined,
      priority: 'high',
      isSilent: false,
      badge: 0,
      locale: locale ?? usersLocale,
      expiresAt: nowMs + TEST_LIFE_MS,
    },
  }
}

function noAddress({ uid, provider }: PushTestRequest): DomainError {
  const at = provider === undefined ? '' : ` at the provider "${provider}"`
  const message = `"${uid}" has no address${at}: herald address list ${uid}`
  return new DomainError('ADDRESS_NOT_FOUND', message, provider === undefined ? 'uid' : 'provider')
}
