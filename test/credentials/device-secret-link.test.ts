import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeDeviceSecret } from '../../src/credentials/device-secret.ts'
import { createDeviceSecretLink } from '../../src/credentials/device-secret-link.ts'
import { aClock, prove, refused, START_MS, START_S } from '../support/login-world.ts'

const { secret: credential, digest } = makeDeviceSecret()
const link = createDeviceSecretLink(aClock().now)
const WRONG = refused('wrong-secret')

describe('makeDeviceSecret', () => {
  it('makes 256 random bits with a prefix, and their SHA-256', () => {
    expect(credential).toMatch(/^hds_[A-Za-z0-9_-]{43}$/)
    expect(digest).toBe(createHash('sha256').update(credential).digest('base64url'))
  })

  it('makes another one each time', () => {
    const secrets = Array.from({ length: 1000 }, () => makeDeviceSecret().secret)

    expect(new Set(secrets).size).toBe(1000)
  })
})

describe('createDeviceSecretLink', () => {
  const known = { digest, expiresAt: undefined }
  const other = { digest: makeDeviceSecret().digest, expiresAt: undefined }

  it('takes the secret of the device', async () => {
    expect(await prove(link, { credential }, { secrets: [known] })).toEqual({ kind: 'proved' })
  })

  it('takes any of several', async () => {
    expect(await prove(link, { credential }, { secrets: [other, known] })).toEqual({
      kind: 'proved',
    })
  })

  it.each([
    ['another secret', makeDeviceSecret().secret, [known]],
    ['a secret of a device that has none', credential, []],
    ['the digest in its place', `hds_${digest}`, [known]],
    ['half a secret', credential.slice(0, -1), [known]],
    ['more than a secret', `${credential}A`, [known]],
    ['nothing but the prefix', 'hds_', [known]],
    ['a secret where the stored digest is spoilt', credential, [{ ...known, digest: 'abc' }]],
    ['a secret where the stored digest is empty', credential, [{ ...known, digest: '' }]],
  ])('refuses %s', async (_name, sent, secrets) => {
    expect(await prove(link, { credential: sent }, { secrets })).toEqual(WRONG)
  })

  it.each([
    ['to its end', START_S + 1, { kind: 'proved', expireAt: START_S + 1 }],
    ['to a fraction of a second', START_S + 0.5, { kind: 'proved', expireAt: START_S + 1 }],
    ['at its end no more', START_S, refused('expired-secret')],
    ['after its end no more', START_S - 1, refused('expired-secret')],
  ])('is good %s', async (_name, expiresAt, proof) => {
    expect(await prove(link, { credential }, { secrets: [{ digest, expiresAt }] })).toEqual(proof)
  })

  it('reads the clock at each login', async () => {
    const clock = aClock()
    const ticking = createDeviceSecretLink(clock.now)
    const secrets = [{ digest, expiresAt: START_S + 10 }]
    expect(await prove(ticking, { credential }, { secrets })).toMatchObject({ kind: 'proved' })

    clock.move(10_000)

    expect(clock.now()).toBe(START_MS + 10_000)
    expect(await prove(ticking, { credential }, { secrets })).toEqual(refused('expired-secret'))
  })

  it.each([
    ['unknown-user', { user: 'unknown' }],
    ['deleted-user', { user: 'deleted' }],
    ['foreign-device', { device: 'foreign' }],
    ['revoked-device', { device: 'revoked' }],
    ['wrong-secret', { device: 'unknown' }],
  ] as const)('says %s where there is nothing to compare with', async (reason, facts) => {
    expect(await prove(link, { credential }, facts)).toEqual(refused(reason))
  })
})
