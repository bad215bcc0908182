import type { ProviderCheck } from '../../core/ports/provider.ts'
import { MailError } from './email-connection.ts'
import { faultOutcome } from './email-outcome.ts'
import type { EmailSession } from './email-session.ts'
import type { MailServer } from './email-settings.ts'

/** Connects, secures the connection and logs in; no mail is begun. */
export async function checkMailServer(
  server: MailServer,
  session: EmailSession,
  signal: AbortSignal,
): Promise<ProviderCheck> {
  try {
    await session.greet(signal)
    return { kind: 'proven', said: saidOf(server) }
  } catch (error) {
    return error instanceof MailError
      ? judge(error, server)
      : { kind: 'unproven', why: `${placeOf(server)} can't be reached: ${wordsOf(error)}` }
  }
}

function judge({ fault }: MailError, server: MailServer): ProviderCheck {
  const outcome = faultOutcome(fault)
  const said = outcome.kind === 'accepted' ? '' : outcome.reason
  if (outcome.kind === 'unavailable') {
    return { kind: 'unproven', why: `${placeOf(server)} can't be reached: ${said}` }
  }
  const problem = `${placeOf(server)} refuses: ${said}`
  return { kind: 'refused', problem, remedy: remedyOf(fault.code) }
}

function remedyOf(code: string | undefined): string {
  switch (code) {
    case 'EAUTH':
      return 'correct user and password'
    case 'ENOAUTH':
      return 'use starttls or implicit, or remove user and password'
    case 'ETLS':
    case 'ESOCKET':
      return 'correct host and tls, or set ca to the authority of its certificate'
    default:
      return 'ask whoever runs the server whether it takes mail from here'
  }
}

function saidOf(server: MailServer): string {
  const secured = server.tls === 'none' ? 'without TLS' : 'over TLS'
  const who =
    server.login === undefined ? 'takes our connection' : `takes user ${server.login.user}`
  return `${placeOf(server)} ${who} ${secured}`
}

function placeOf({ host, port }: MailServer): string {
  return `${host}:${port}`
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
