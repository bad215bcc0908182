import { describe, expect, it } from 'vitest'
import { looksLikeToken } from '../../src/credentials/credential-form.ts'
import { makeDeviceSecret } from '../../src/credentials/device-secret.ts'
import { signParts, signWithSecret } from '../support/jwt-world.ts'

describe('looksLikeToken', () => {
  it.each([
    ['a device secret', makeDeviceSecret().secret],
    ['half a device secret', 'hds_abc'],
    ['a ticket', 'hlt_abc'],
    ['a token', signWithSecret()],
    ['a token whose header has white space in it', signParts('{ "alg" : "HS256" }', '{}')],
    ['a token whose header has a line break in it', signParts('{\n"alg":"HS256"}', '{}')],
    ['the shortest token there is', signParts('{"alg":"none"}', '')],
    ['an encrypted token', 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d'],
  ])('takes %s for one', (_name, text) => {
    expect(looksLikeToken(text)).toBe(true)
  })

  it.each([
    'correct horse battery staple',
    'john.f.kennedy',
    'eyes.wide.shut',
    'ewoks-are.not-that.cute',
    'HDS_upper-case',
    ' hds_after-a-space',
    'eyJhbGciOiJIUzI1NiJ9',
    'eyJhbGciOiJIUzI1NiJ9.only-one-dot',
  ])('takes "%s" for a password', (text) => {
    expect(looksLikeToken(text)).toBe(false)
  })
})
