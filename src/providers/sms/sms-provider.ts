import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { CallbackReader } from '../../core/ports/callback-reader.ts'
import type { Provider, ProviderCheck, ProviderRequest } from '../../core/ports/provider.ts'
import type { PostAnswer, PostCall } from '../bounded-post.ts'
import type { PostSession } from '../post-session.ts'
import { outcomeOfBreakage } from './sms-outcome.ts'
import { NOTHING_TO_SHOW } from './sms-text.ts'

/** What differs between those who carry text messages. */
export interface SmsVendor {
  readonly name: string
  readonly session: PostSession
  readonly callbacks: CallbackReader | undefined
  /** Signed as of now; undefined where there is nothing to show. */
  write(message: AddressedNotification): PostCall | undefined
  /** The target, and the headers without what is secret. */
  describe(call: PostCall): Omit<ProviderRequest, 'body'>
  outcomeOf(answer: PostAnswer): SendOutcome
  check(signal: AbortSignal): Promise<ProviderCheck>
}

export function createSmsProvider(vendor: SmsVendor): Provider {
  const { name, session, callbacks } = vendor
  return {
    name,
    channels: ['sms'],
    callbacks,
    async send(message, signal) {
      const call = vendor.write(message)
      return call === undefined ? NOTHING_TO_SHOW : ask(vendor, call, signal)
    },
    preview(message) {
      const call = vendor.write(message)
      if (call === undefined) return NOTHING_IS_SENT
      return { ...vendor.describe(call), body: call.body.toString() }
    },
    check: (signal) => vendor.check(signal),
    close: () => session.close(),
  }
}

const NOTHING_IS_SENT: ProviderRequest = {
  target: 'nothing is sent: there is nothing to show',
  headers: {},
  body: '',
}

/** What a vendor's answer to a question says about our credentials. */
export function checkOf(outcome: SendOutcome, said: string, remedy: string): ProviderCheck {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'proven', said }
    case 'unavailable':
      return { kind: 'unproven', why: `it can't be asked now: ${outcome.reason}` }
    case 'address-gone':
    case 'rejected':
    case 'misconfigured':
      return { kind: 'refused', problem: outcome.reason, remedy }
  }
}

/** One call to the vendor; what breaks is an outcome like any other. */
export async function ask(
  { session, outcomeOf }: Pick<SmsVendor, 'session' | 'outcomeOf'>,
  call: PostCall,
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    return outcomeOf(await session.call(call, signal))
  } catch (error) {
    return outcomeOfBreakage(error)
  }
}
