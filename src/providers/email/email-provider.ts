import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import type { Provider, ProviderRequest } from '../../core/ports/provider.ts'
import type { ProviderKind, ProviderParts } from '../provider-kind.ts'
import { createWebhookSeal } from '../standard-webhooks.ts'
import { createEmailCallbacks } from './email-callbacks.ts'
import { checkMailServer } from './email-check.ts'
import { type Letter, MailError } from './email-connection.ts'
import { acceptedOutcome, faultOutcome } from './email-outcome.ts'
import { type EmailDesk, writeLetter } from './email-payload.ts'
import { createEmailSession } from './email-session.ts'
import { type EmailSettings, type MailServer, readEmailSettings } from './email-settings.ts'
import { addressFault, canonicalAddress } from './mailbox.ts'
import { createUnsubscribeLinks, type UnsubscribeLinks } from './unsubscribe-link.ts'

/** Mail, by way of a mail server that takes it from us. */
export const emailKind: ProviderKind = {
  kind: 'email',
  channels: ['email'],
  tokenFault: addressFault,
  canonicalToken: canonicalAddress,
  read(fields) {
    const settings = readEmailSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return { names: [name], open: async (parts) => [openProvider(name, settings, parts)] }
  },
}

const NOTHING_TO_READ = 'a mail can’t be taken back'

function openProvider(name: string, settings: EmailSettings, parts: ProviderParts): Provider {
  const { server, bounceKeys } = settings
  const session = createEmailSession(server)
  const links = linksOf(name, parts)
  const desk: EmailDesk = {
    settings,
    render: parts.render,
    unsubscribeUrl: (address) => links?.urlFor(address),
  }
  return {
    name,
    channels: ['email'],
    callbacks: createEmailCallbacks({
      links,
      bounceSeal: bounceKeys && createWebhookSeal(bounceKeys),
    }),

    async send(message, signal): Promise<SendOutcome> {
      const fault = addressFault(message.address.token)
      if (fault !== undefined) return { kind: 'rejected', reason: `the token ${fault}` }
      const letter = writeLetter(message, desk, parts.now())
      if (letter === undefined) return { kind: 'rejected', reason: NOTHING_TO_READ }
      try {
        return acceptedOutcome(await session.send(letter, signal))
      } catch (error) {
        if (error instanceof MailError) return faultOutcome(error.fault)
        throw error
      }
    },

    preview(message) {
      const letter = writeLetter(message, desk, parts.now())
      return letter === undefined
        ? { target: targetOf(server), headers: {}, body: NOTHING_TO_READ }
        : requestOf(letter, server)
    },

    check: (signal) => checkMailServer(server, session, signal),
    close: () => session.close(),
  }
}

function linksOf(
  provider: string,
  { publicUrl, linkKey }: ProviderParts,
): UnsubscribeLinks | undefined {
  if (publicUrl === undefined || linkKey === undefined) return undefined
  return createUnsubscribeLinks({ provider, publicUrl, linkKey })
}

function requestOf({ from, to, bytes }: Letter, server: MailServer): ProviderRequest {
  const headers = { 'MAIL FROM': `<${from}>`, 'RCPT TO': `<${to}>` }
  return { target: targetOf(server), headers, body: bytes.toString() }
}

function targetOf({ host, port, tls }: MailServer): string {
  return `${tls === 'implicit' ? 'smtps' : 'smtp'}://${host}:${port}`
}
