import type { Provider } from '../../core/ports/provider.ts'
import type { ProviderKind, ProviderParts } from '../provider-kind.ts'
import type { ApnsAnswer } from './apns-call.ts'
import { checkApns } from './apns-check.ts'
import { apnsHeaders, apnsPath, readableHeaders } from './apns-headers.ts'
import { apnsOutcome, isExpiredToken } from './apns-outcome.ts'
import { type ApnsApp, type ApnsPush, writeApnsPush } from './apns-payload.ts'
import { APNS_TIMING, createApnsSession } from './apns-session.ts'
import { type ApnsSettings, readApnsSettings } from './apns-settings.ts'
import { createApnsTokenShelf } from './apns-token.ts'

const shelf = createApnsTokenShelf()

/** Apple's push service. An entry serves both of its environments, and calls where it is told to. */
export const apnsKind: ProviderKind = {
  kind: 'apns',
  channels: ['push'],
  tokenFault,
  canonicalToken: (token) => token.toLowerCase(),
  read(fields) {
    const settings = readApnsSettings(fields)
    if (settings === undefined) return undefined
    const served = servedNames(fields.name, settings)
    return {
      names: served.map(({ name }) => name),
      open: async (parts) => served.map((one) => openProvider(one, settings, parts)),
    }
  },
}

interface ServedName {
  readonly name: string
  readonly endpoint: string
  readonly isVoip: boolean
}

function servedNames(
  name: string,
  { endpoint, sandboxEndpoint, isVoip }: ApnsSettings,
): readonly ServedName[] {
  const alerts = [
    { name, endpoint, isVoip: false },
    { name: `${name}-sandbox`, endpoint: sandboxEndpoint, isVoip: false },
  ]
  if (!isVoip) return alerts
  return [
    ...alerts,
    { name: `${name}-voip`, endpoint, isVoip: true },
    { name: `${name}-voip-sandbox`, endpoint: sandboxEndpoint, isVoip: true },
  ]
}

function openProvider(served: ServedName, settings: ApnsSettings, parts: ProviderParts): Provider {
  const { log, now, render } = parts
  const { ca, connectionsMax, key, bundleId, sound } = settings
  const endpoint = new URL(served.endpoint)
  const app: ApnsApp = { bundleId, sound, isVoip: served.isVoip, render }
  const tokens = shelf.tokensOf(key)
  const timing = APNS_TIMING
  const session = createApnsSession({ endpoint, ca, connectionsMax, timing, log, now })

  const post = (push: ApnsPush, token: string, signal: AbortSignal) =>
    session.post(apnsHeaders(push, endpoint.host, token), push.body, signal)

  async function postFresh(push: ApnsPush, signal: AbortSignal): Promise<ApnsAnswer> {
    const token = tokens.current(now())
    const answer = await post(push, token, signal)
    const renewed = isExpiredToken(answer) ? tokens.renewed(token, now()) : undefined
    return renewed === undefined ? answer : await post(push, renewed, signal)
  }

  return {
    name: served.name,
    channels: ['push'],
    // Apple tells nothing later; the app on the device may.
    callbacks: undefined,
    async send(message, signal) {
      const fault = tokenFault(message.address.token)
      if (fault !== undefined) return { kind: 'rejected', reason: `the token ${fault}` }
      const push = writeApnsPush(message, app)
      if (push === undefined) return { kind: 'rejected', reason: NOT_BY_VOIP }
      return apnsOutcome(await postFresh(push, signal), now())
    },
    preview(message) {
      const push = writeApnsPush(message, app)
      if (push === undefined) return { target: '', headers: {}, body: NOT_BY_VOIP }
      const target = `POST ${endpoint.origin}${apnsPath(push)}`
      return { target, headers: readableHeaders(push), body: push.body }
    },
    check: (signal) => checkApns({ app, key, post: (push) => postFresh(push, signal) }),
    close: () => session.close(),
  }
}

const NOT_BY_VOIP = 'a VoIP push has to ring, so it can’t take a notification away'

/** Apple: "don't make assumptions about the size of device tokens"; none has more than 100 bytes. */
function tokenFault(token: string): string | undefined {
  const isBytes = token.length % 2 === 0 && /^[0-9a-fA-F]{16,200}$/.test(token)
  return isBytes ? undefined : 'is not what iOS gives an app, in hexadecimal digits'
}
