import type {
  CallbackAnswer,
  CallbackReader,
  CallbackRequest,
} from '../../core/ports/callback-reader.ts'
import type { WebhookSeal } from '../standard-webhooks.ts'
import { readBounces } from './email-bounces.ts'
import type { UnsubscribeLinks } from './unsubscribe-link.ts'
import { askPage, donePage } from './unsubscribe-page.ts'

export interface EmailCallbackParts {
  readonly links: UnsubscribeLinks | undefined
  /** Proves who tells of bounces. */
  readonly bounceSeal: WebhookSeal | undefined
}

/** `…/unsubscribe` is for people and their mail programs, `…/bounces` for mail servers. */
export function createEmailCallbacks({ links, bounceSeal }: EmailCallbackParts): CallbackReader {
  return {
    read(request) {
      const url = URL.parse(request.url, 'http://herald.invalid')
      switch (url?.pathname.split('/').at(-1)) {
        case 'unsubscribe':
          return unsubscribe(request, links?.addressOf(url.searchParams))
        case 'bounces':
          return readBounces(request, bounceSeal)
        default:
          return { kind: 'refused', reason: 'neither unsubscribe nor bounces', status: 400 }
      }
    },
  }
}

function unsubscribe(request: CallbackRequest, address: string | undefined): CallbackAnswer {
  if (address === undefined) return { kind: 'refused', reason: 'no link of ours', status: 401 }
  const language = request.headers['accept-language']
  const understood = { kind: 'understood', receipts: [] } as const
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return { ...understood, gone: [], reply: askPage(address, language) }
    case 'POST': {
      if (!isOneClick(request)) {
        return { kind: 'refused', reason: 'not List-Unsubscribe=One-Click', status: 400 }
      }
      const gone = [{ token: address, reason: 'unsubscribed' }]
      return { ...understood, gone, reply: donePage(address, language) }
    }
    default:
      return { kind: 'refused', reason: `${request.method} means nothing here`, status: 405 }
  }
}

/** RFC 8058 §3.2: the body is a form of either kind. */
function isOneClick({ headers, body }: CallbackRequest): boolean {
  const form = body.toString()
  if (headers['content-type']?.startsWith('multipart/form-data')) {
    return /name="?List-Unsubscribe"?\r?\n(?:.+\r?\n)*\r?\nOne-Click\r?\n/i.test(form)
  }
  return new URLSearchParams(form).get('List-Unsubscribe') === 'One-Click'
}
