import { describe, expect, it } from 'vitest'
import { openWebhook, readWebhook } from './webhook-world.ts'

describe('settings of a webhook', () => {
  it('name its channels, push where they don’t', async () => {
    const phone = await openWebhook({ url: 'https://example.com' })
    const fax = await openWebhook({ url: 'https://example.com', channels: ['sms', 'email'] })

    expect(phone.channels).toEqual(['push'])
    expect(fax.channels).toEqual(['email', 'sms'])
    await phone.close()
    await fax.close()
  })

  it.each([
    ['url', { url: undefined }, /^webhook.url is missing/],
    ['url', { url: 'ftp://example.com' }, /^webhook.url is no address/],
    ['url', { url: 'https://u:p@example.com' }, /^webhook.url has a password/],
    ['url', { url: 'https://example.com/#a' }, /^webhook.url has a fragment/],
    ['secret', { secret: undefined }, /^webhook.secret is missing/],
    ['channels', { channels: ['fax'] }, /^webhook.channels are no channels/],
    ['channels', { channels: [] }, /^webhook.channels are no channels/],
    ['channels', { channels: ['sms', 'sms'] }, /^webhook.channels are no channels/],
  ])('tell of a %s that is wrong: %o', (_, wrong, fault) => {
    const { ready, faults } = readWebhook({ url: 'https://example.com', ...wrong })

    expect(ready).toBeUndefined()
    expect(faults).toEqual([expect.stringMatching(fault)])
  })

  it('tell of a secret that is none', () => {
    const { ready, faults } = readWebhook({ url: 'https://example.com' }, 'password')

    expect(ready).toBeUndefined()
    expect(faults).toEqual(['webhook.secret is no secret of Standard Webhooks'])
  })
})
