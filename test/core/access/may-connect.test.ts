import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LoginFacts, LoginLink, Proof } from '../../../src/core/access/login.ts'
import { createLoginChain, type LoginSettings } from '../../../src/core/access/may-connect.ts'
import { aLogin, aLoginFacts } from '../../support/login-world.ts'
import { sized } from '../../support/size.ts'

type Registration = 'registered' | 'own' | 'foreign' | 'revoked' | 'full' | 'unknown-user'

interface World {
  readonly facts?: Partial<LoginFacts>
  readonly links?: readonly LoginLink[]
  readonly registration?: Registration
  readonly provisioning?: 'active' | 'disabled' | 'deleted'
  readonly settings?: Partial<LoginSettings>
}

/** A chain over facts that stay as given; it writes down what it asks of Postgres. */
function aChain({ facts, links, registration, provisioning, settings }: World = {}) {
  const asked: string[] = []
  const read: string[] = []
  const chain = createLoginChain({
    links: links ?? [aLink()],
    facts: {
      async ask({ uid, clientId, storedProof }) {
        asked.push(`facts ${uid} ${clientId}`)
        read.push(storedProof)
        return aLoginFacts(facts)
      },
    },
    registration: {
      async register({ uid, clientId, devicesMax }) {
        asked.push(`register ${uid} ${clientId} ${devicesMax}`)
        return registration ?? 'registered'
      },
    },
    provisioning: {
      async provision(uid) {
        asked.push(`provision ${uid}`)
        return provisioning ?? 'active'
      },
    },
    settings: { strangers: 'deny', devices: { max: 10, selfRegistration: true }, ...settings },
  })
  return { ...chain, asked, read }
}

/** A link that takes everything for its own and is content with it. */
function aLink(link: Partial<LoginLink> = {}): LoginLink {
  return {
    name: 'password',
    mayProvision: false,
    storedProof: 'nothing',
    recognises: () => true,
    async prove(_question, facts) {
      await facts()
      return { kind: 'proved' }
    },
    ...link,
  }
}

function aLinkThatSays(proof: Proof, link: Partial<LoginLink> = {}): LoginLink {
  return aLink({ prove: () => proof, ...link })
}

const LOGIN = aLogin({ credential: 'x' })
const REFUSED: Proof = { kind: 'refused', reason: 'wrong-token' }
const IGNORE = { strangers: 'ignore' } as const

describe('createLoginChain', () => {
  it('lets a known device in with one question and no write', async () => {
    const chain = aChain()

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'allow' })
    expect(chain.asked).toEqual(['facts ann phone'])
  })

  it.each(['secrets', 'password-version', 'nothing'] as const)(
    'has %s read for a link that compares with that',
    async (storedProof) => {
      const chain = aChain({ links: [aLink({ storedProof })] })

      await chain.mayConnect(LOGIN)

      expect(chain.read).toEqual([storedProof])
    },
  )

  it('passes on when the connection must end and what is attached to it', async () => {
    const proof: Proof = { kind: 'proved', expireAt: 1_800_000_000, clientAttrs: { tenant: 'x' } }
    const chain = aChain({ links: [aLinkThatSays(proof)] })

    expect(await chain.mayConnect(LOGIN)).toEqual({
      kind: 'allow',
      expireAt: 1_800_000_000,
      clientAttrs: { tenant: 'x' },
    })
  })

  it.each([
    ['bad-client-id', { clientId: '' }],
    ['bad-client-id', { clientId: 'a/b' }],
    ['bad-client-id', { clientId: 'x'.repeat(129) }],
    ['bad-username', { username: '' }],
    ['bad-username', { username: '+' }],
    ['bad-username', { username: '#' }],
    ['bad-username', { username: '$SYS' }],
    ['bad-username', { username: 'a\u0000b' }],
    ['bad-username', { username: '\ud800' }],
  ])('refuses %s %j before it asks anything', async (reason, question) => {
    const chain = aChain({ settings: IGNORE })

    expect(await chain.mayConnect({ ...LOGIN, ...question })).toEqual({ kind: 'deny', reason })
    expect(chain.asked).toEqual([])
  })

  it('refuses a login without a credential, whatever the links would say', async () => {
    const chain = aChain()

    expect(await chain.mayConnect({ ...LOGIN, credential: '' })).toEqual({
      kind: 'deny',
      reason: 'no-credential',
    })
    expect(chain.asked).toEqual([])
  })

  it('refuses a credential that no link recognises', async () => {
    const chain = aChain({ links: [aLink({ recognises: () => false })] })

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: 'unknown-kind' })
  })

  it('lets the first link that recognises a credential decide alone', async () => {
    const passedOver = aLinkThatSays({ kind: 'proved' }, { recognises: () => false })
    const never = aLinkThatSays({ kind: 'proved' })
    const chain = aChain({ links: [passedOver, aLinkThatSays(REFUSED), never] })

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: 'wrong-token' })
    expect(chain.asked).toEqual([])
  })

  it('says that it could not decide where a link could not', async () => {
    const full: Proof = { kind: 'unavailable', reason: 'password-queue-full' }
    const chain = aChain({ links: [aLinkThatSays(full)] })

    expect(await chain.mayConnect(LOGIN)).toEqual(full)
  })

  it('fails as its facts fail, rather than to decide without them', async () => {
    const broken = createLoginChain({
      links: [aLink()],
      facts: { ask: () => Promise.reject(new Error('no connection')) },
      registration: { register: async () => 'registered' },
      provisioning: { provision: async () => 'active' },
      settings: { strangers: 'deny', devices: { max: 10, selfRegistration: true } },
    })

    await expect(broken.mayConnect(LOGIN)).rejects.toThrow('no connection')
  })

  it.each(['disabled', 'deleted', 'unknown'] as const)('refuses a user who is %s', async (user) => {
    const chain = aChain({ facts: { user } })

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: `${user}-user` })
    expect(chain.asked).toEqual(['facts ann phone'])
  })

  it.each(['foreign', 'revoked'] as const)('refuses a device that is %s', async (device) => {
    const chain = aChain({ facts: { device } })

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: `${device}-device` })
    expect(chain.asked).toEqual(['facts ann phone'])
  })

  it.each([
    ['registered', { kind: 'allow' }],
    ['own', { kind: 'allow' }],
    ['foreign', { kind: 'deny', reason: 'foreign-device' }],
    ['revoked', { kind: 'deny', reason: 'revoked-device' }],
    ['full', { kind: 'deny', reason: 'too-many-devices' }],
    ['unknown-user', { kind: 'deny', reason: 'unknown-user' }],
  ] as const)(
    'answers an unknown device whose registration ends in %s',
    async (registration, verdict) => {
      const chain = aChain({ facts: { device: 'unknown' }, registration })

      expect(await chain.mayConnect(LOGIN)).toEqual(verdict)
      expect(chain.asked).toEqual(['facts ann phone', 'register ann phone 10'])
    },
  )

  it('refuses an unknown device where devices may not register themselves', async () => {
    const settings = { devices: { max: 10, selfRegistration: false } }
    const chain = aChain({ facts: { device: 'unknown' }, settings })

    expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: 'unknown-device' })
    expect(chain.asked).toEqual(['facts ann phone'])
  })

  it('registers no device before its credential is proved', async () => {
    const chain = aChain({ facts: { device: 'unknown' }, links: [aLinkThatSays(REFUSED)] })

    await chain.mayConnect(LOGIN)

    expect(chain.asked).toEqual([])
  })

  describe('with a link that may make users', () => {
    const links = [aLinkThatSays({ kind: 'proved' }, { mayProvision: true })]

    it('makes an unknown user and registers the device', async () => {
      const chain = aChain({ links, facts: { user: 'unknown', device: 'unknown' } })

      expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'allow' })
      expect(chain.asked).toEqual(['facts ann phone', 'provision ann', 'register ann phone 10'])
    })

    it.each(['deleted', 'disabled'] as const)(
      'refuses a user who turns out %s',
      async (provisioning) => {
        const chain = aChain({ links, facts: { user: 'unknown', device: 'unknown' }, provisioning })

        expect(await chain.mayConnect(LOGIN)).toEqual({
          kind: 'deny',
          reason: `${provisioning}-user`,
        })
      },
    )

    it('does not bring a deleted user back', async () => {
      const chain = aChain({ links, facts: { user: 'deleted' } })

      expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: 'deleted-user' })
      expect(chain.asked).toEqual(['facts ann phone'])
    })

    it('makes users even where strangers are left to others', async () => {
      const chain = aChain({ links, facts: { user: 'unknown' }, settings: IGNORE })

      expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'allow' })
    })
  })

  describe('where strangers are left to others', () => {
    const stranger = { kind: 'ignore', reason: 'unknown-user' }
    const facts = { user: 'unknown' } as const

    it.each([
      ['a credential of no kind', LOGIN, []],
      ['no credential', { ...LOGIN, credential: '' }, [aLink()]],
      ['a token that is not ours', LOGIN, [aLinkThatSays(REFUSED, { mayProvision: true })]],
    ])('ignores a stranger with %s', async (_name, question, links) => {
      const chain = aChain({ facts, links, settings: IGNORE })

      expect(await chain.mayConnect(question)).toEqual(stranger)
      expect(chain.asked).toEqual(['facts ann phone'])
    })

    it('spends no work on a stranger whom the link could not make', async () => {
      const link = aLink({ prove: () => Promise.reject(new Error('asked')) })
      const chain = aChain({ facts, links: [link], settings: IGNORE })

      expect(await chain.mayConnect(LOGIN)).toEqual(stranger)
    })

    it.each(['active', 'deleted'] as const)(
      'still denies a wrong credential of a user who is %s',
      async (user) => {
        const chain = aChain({ facts: { user }, links: [aLinkThatSays(REFUSED)], settings: IGNORE })

        expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'deny', reason: 'wrong-token' })
      },
    )

    it('asks no more than one question of a known device', async () => {
      const chain = aChain({ settings: IGNORE })

      expect(await chain.mayConnect(LOGIN)).toEqual({ kind: 'allow' })
      expect(chain.asked).toEqual(['facts ann phone'])
    })
  })

  it('never lets anybody in by a credential that no link has proved', async () => {
    const links = [
      aLinkThatSays(REFUSED, { recognises: (credential) => credential.length % 2 === 0 }),
    ]
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    const question = fc.record({ clientId: text, username: text, credential: text, address: text })

    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const { kind } = await aChain({ links }).mayConnect(asked)
        expect(kind).toBe('deny')
      }),
      { seed: 20261123, numRuns: sized(500, 20_000) },
    )
  })
})
