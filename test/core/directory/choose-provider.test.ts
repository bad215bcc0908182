import { describe, expect, it } from 'vitest'
import { chooseProvider } from '../../../src/core/directory/choose-provider.ts'
import { aConfiguredProvider } from '../../support/a-configured-provider.ts'

const acme = aConfiguredProvider({
  kind: 'apns',
  names: ['apns', 'apns-sandbox', 'apns-voip'],
  channels: ['push'],
})
const beta = aConfiguredProvider({
  kind: 'apns',
  names: ['apns-beta', 'apns-beta-sandbox'],
  channels: ['push'],
  apps: ['com.acme.beta'],
})
const mail = aConfiguredProvider({ kind: 'email', names: ['mail'], channels: ['email'] })
const ALL = [acme, beta, mail]

describe('the provider of an address', () => {
  it.each([
    ['apns', undefined, 'apns'],
    ['apns', 'com.acme', 'apns'],
    ['apns', 'com.acme.beta', 'apns-beta'],
    ['apns-sandbox', 'com.acme.beta', 'apns-beta-sandbox'],
    ['apns-beta', undefined, 'apns-beta'],
    ['apns-beta', 'com.acme', 'apns-beta'],
  ])('that asks for %s, on a device with the app %s, is %s', (provider, app, name) => {
    expect(chooseProvider(ALL, { provider, channel: 'push', app }).name).toBe(name)
  })

  it('may be asked for by its kind, where that leaves no doubt', () => {
    const wish = { provider: 'email', channel: 'email', app: undefined } as const
    const named = [{ ...acme, names: ['acme'] }, beta]

    expect(chooseProvider(ALL, wish).name).toBe('mail')
    expect(
      chooseProvider(named, { provider: 'apns', channel: 'push', app: 'com.acme.beta' }).name,
    ).toBe('apns-beta')
    expect(() => chooseProvider(named, { provider: 'apns', channel: 'push', app: 'x' })).toThrow(
      'there are several providers of the kind "apns", so name one: acme, apns-beta, apns-beta-sandbox',
    )
  })

  it.each([
    ['pigeon', 'push', undefined, 'no provider "pigeon" is configured, only: apns, '],
    ['mail', 'push', undefined, 'provider "mail" does not reach push addresses, only: email'],
    [
      'apns-voip',
      'push',
      'com.acme.beta',
      'of the providers for the app com.acme.beta none is like',
    ],
  ] as const)('is refused where it is %s for %s and the app %s', (provider, channel, app, why) => {
    expect(() => chooseProvider(ALL, { provider, channel, app })).toThrow(why)
  })
})
