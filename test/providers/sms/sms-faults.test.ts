import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { alibabaSmsKind } from '../../../src/providers/sms/alibaba/alibaba-provider.ts'
import { httpSmsKind } from '../../../src/providers/sms/http/http-provider.ts'
import { tencentSmsKind } from '../../../src/providers/sms/tencent/tencent-provider.ts'
import { twilioKind } from '../../../src/providers/sms/twilio/twilio-provider.ts'
import { openSmsPeer, type SmsPeer, type SmsRules } from '../../support/sms-peer.ts'
import { CERTIFICATES, type ServerCertificate } from '../../support/tls-files.ts'
import { ALIBABA, openSms, patience, TENCENT, TO_BOB, TWILIO } from './sms-world.ts'

const ANYBODY: SmsRules = {
  isOurs: () => true,
  accepts: { status: 200, body: { Code: 'OK', Response: { SendStatusSet: [{ Code: 'Ok' }] } } },
  refuses: { status: 401, body: {} },
}
const HTTP = { secret: { env: 'HOOK' } }

describe.each([
  ['Twilio', twilioKind, (endpoint: string) => ({ ...TWILIO, endpoint })],
  ['Alibaba Cloud', alibabaSmsKind, (endpoint: string) => ({ ...ALIBABA, endpoint })],
  ['Tencent Cloud', tencentSmsKind, (endpoint: string) => ({ ...TENCENT, endpoint })],
  ['a gateway', httpSmsKind, (url: string) => ({ ...HTTP, url, checkUrl: url })],
] as const)('%s that', (_, kind, settingsAt) => {
  let peer: SmsPeer
  let provider: Provider

  async function open(certificate: ServerCertificate) {
    peer = await openSmsPeer(ANYBODY, certificate)
    provider = await openSms(kind, settingsAt(peer.origin))
  }

  beforeEach(() => open(CERTIFICATES.good))
  afterEach(close)

  async function close() {
    await provider.close()
    await peer.close()
  }

  it('answers is believed', async () => {
    expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind: 'accepted' })
  })

  it('hangs is left when the call is given up', async () => {
    peer.play(() => {})
    const calling = new AbortController()
    const arrived = peer.nextCall()
    const sending = provider.send(TO_BOB, calling.signal)
    await arrived

    calling.abort()

    expect(await sending).toEqual({ kind: 'unavailable', reason: 'given up' })
  })

  it.each([
    ['breaks off', 'destroy'],
    ['answers half', 'half'],
    ['resets the connection', 'reset'],
  ] as const)('%s is tried again', async (_, fault) => {
    peer.play((response, { socket }) => {
      if (fault === 'destroy') response.destroy()
      else if (fault === 'half') socket.end('HTTP/1.1 2')
      else peer.reset()
    })

    expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind: 'unavailable' })
    expect(await provider.check(patience())).toMatchObject({ kind: 'unproven' })
  })

  it('answers without an end is cut short', async () => {
    peer.play((response) => {
      response.writeHead(500)
      const more = () => response.write('x'.repeat(20_000), more)
      more()
    })

    const outcome = await provider.send(TO_BOB, patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
    expect(JSON.stringify(outcome).length).toBeLessThan(400)
  })

  it.each(['ofAnotherName', 'ofAnotherAuthority'] as const)(
    'shows a certificate %s is told nothing',
    async (name) => {
      await close()
      await open(CERTIFICATES[name])

      expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind: 'misconfigured' })
      expect(await provider.check(patience())).toMatchObject({ kind: 'refused' })
      expect(peer.received).toEqual([])
    },
  )
})
