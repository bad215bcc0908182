import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewAddress } from '../../../src/core/directory/address.ts'
import type { Directory } from '../../../src/core/directory/directory.ts'
import { aConfiguredProvider } from '../../support/a-configured-provider.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'

let world: DirectoryWorld
let directory: Directory

beforeAll(async () => {
  world = await openDirectoryWorld()
  directory = world.directory
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob')
  await directory.devices.add({ uid: 'ann', clientId: 'ann-phone' })
  await directory.devices.add({ uid: 'bob', clientId: 'bob-phone' })
})
afterAll(() => world.close())

function aPushAddress(clientId: string, token = 'token-1'): NewAddress {
  return { channel: 'push', clientId, provider: 'stub', token }
}

describe('adding an address', () => {
  it('gives a push to a device, and with it to its user', async () => {
    const added = await directory.addresses.add({ ...aPushAddress('ann-phone'), locale: 'zh-cn' })

    expect(added).toEqual({
      id: expect.stringMatching(/^\d+$/),
      uid: 'ann',
      clientId: 'ann-phone',
      channel: 'push',
      provider: 'stub',
      token: 'token-1',
      locale: 'zh-CN',
      registeredAt: expect.any(Date),
      createdAt: expect.any(Date),
    })
  })

  it.each([
    ['email', 'ann@example.com'],
    ['email', 'ann+news@mail.example.museum'],
    ['email', 'añn@bücher.example'],
    ['sms', '+4930123456'],
  ] as const)('gives %s to a person, at %s', async (channel, token) => {
    const added = await directory.addresses.add({ channel, uid: 'ann', provider: 'stub', token })

    expect(added).toMatchObject({ uid: 'ann', clientId: undefined, channel, token })
  })

  it.each([
    ['email', 'ann'],
    ['email', 'ann@localhost'],
    ['email', 'ann@example.com, bob@example.com'],
    ['email', 'Ann <ann@example.com>'],
    ['email', `${'a'.repeat(65)}@example.com`],
    ['email', `ann@${'a.'.repeat(130)}com`],
    ['sms', '030123456'],
    ['sms', '+49 30 123456'],
    ['sms', '+0301234567'],
    ['sms', '+4930123456789012'],
  ] as const)('refuses %s at %s', async (channel, token) => {
    const address = { channel, uid: 'ann', provider: 'stub', token }

    expect(await refusalOf(directory.addresses.add(address))).toBe('INVALID_ADDRESS token')
  })

  it.each<[NewAddress, string]>([
    [aPushAddress('nowhere'), 'DEVICE_NOT_FOUND clientId'],
    [aPushAddress('a/b'), 'INVALID_IDENTIFIER clientId'],
    [aPushAddress('ann-phone', ''), 'INVALID_TEXT token'],
    [aPushAddress('ann-phone', 'a\nb'), 'INVALID_TEXT token'],
    [aPushAddress('ann-phone', 'a'.repeat(4097)), 'INVALID_TEXT token'],
    [{ ...aPushAddress('ann-phone'), provider: 'pigeon' }, 'PROVIDER_NOT_FOUND provider'],
    [{ ...aPushAddress('ann-phone'), locale: 'not a language' }, 'INVALID_LOCALE locale'],
    [{ ...aPushAddress('ann-phone'), locale: `en-${'x'.repeat(40)}` }, 'INVALID_LOCALE locale'],
    [
      { channel: 'sms', uid: 'nobody', provider: 'stub', token: '+4930123456' },
      'USER_NOT_FOUND uid',
    ],
    [
      { channel: 'sms', uid: '#', provider: 'stub', token: '+4930123456' },
      'INVALID_IDENTIFIER uid',
    ],
  ])('refuses %j', async (address, refusal) => {
    expect(await refusalOf(directory.addresses.add(address))).toBe(refusal)
  })

  it('stops at ten for a device, and counts those of a person apart', async () => {
    for (let n = 0; n < 10; n++) await directory.addresses.add(aPushAddress('ann-phone', `t${n}`))

    const refusal = await refusalOf(directory.addresses.add(aPushAddress('ann-phone', 't10')))

    expect(refusal).toBe('TOO_MANY_ADDRESSES clientId')
    const mailbox = { uid: 'ann', provider: 'stub', token: 'ann@example.com' }
    expect(await directory.addresses.add({ ...mailbox, channel: 'email' })).toBeDefined()
    expect((await directory.addresses.list('ann')).items).toHaveLength(11)
  })
})

describe('the provider of an address', () => {
  const apns = aConfiguredProvider({
    kind: 'apns',
    names: ['apns'],
    channels: ['push'],
    tokenFault: (token) => (token.startsWith('t') ? undefined : 'must begin with t'),
    canonicalToken: (token) => token.toLowerCase(),
  })
  const beta = { ...apns, names: ['apns-beta'], apps: ['com.acme.beta'] }

  it('is the one for the app of the device', async () => {
    const { addresses } = world.with({ providers: () => [apns, beta] })
    await directory.devices.add({ uid: 'ann', clientId: 'tester', app: 'com.acme.beta' })

    const push = { channel: 'push', provider: 'apns' } as const
    const usual = await addresses.add({ ...push, clientId: 'ann-phone', token: 'tOne' })
    const tester = await addresses.add({ ...push, clientId: 'tester', token: 'tTwo' })

    expect([usual.provider, tester.provider]).toEqual(['apns', 'apns-beta'])
  })

  it('says what its tokens look like, and spells them', async () => {
    const { addresses } = world.with({ providers: () => [apns] })
    const push = { channel: 'push', provider: 'apns', clientId: 'ann-phone' } as const

    const first = await addresses.add({ ...push, token: 'tOKEN' })
    const again = await addresses.add({ ...push, token: 'Token'.replace('T', 't') })

    expect(first.token).toBe('token')
    expect(again.id).toBe(first.id)
    expect(await refusalOf(addresses.add({ ...push, token: 'x' }))).toBe('INVALID_ADDRESS token')
  })

  it('has to reach the channel', async () => {
    const { addresses } = world.with({ providers: () => [apns] })
    const mailbox = { channel: 'email', uid: 'ann', token: 'ann@example.com' } as const

    expect(await refusalOf(addresses.add({ ...mailbox, provider: 'apns' }))).toBe(
      'INVALID_ADDRESS provider',
    )
  })
})

describe('registering a token again', () => {
  it('keeps the address and makes it fresh', async () => {
    const first = await directory.addresses.add(aPushAddress('ann-phone'))
    await world.pool.query(
      `update addresses set registered_at = '2026-01-01T00:00:00Z', used_on = '2026-01-01'`,
    )

    const again = await directory.addresses.add({ ...aPushAddress('ann-phone'), locale: 'en' })

    expect(again).toEqual({ ...first, locale: 'en', registeredAt: expect.any(Date) })
    expect(again.registeredAt.getTime()).toBeGreaterThan(Date.parse('2026-06-01T00:00:00Z'))
    const { rows } = await world.pool.query(
      `select used_on > '2026-06-01' as "isUsed" from addresses`,
    )
    expect(rows).toEqual([{ isUsed: true }])
  })

  it('takes it from another device, whose deliveries it does not inherit', async () => {
    const first = await directory.addresses.add(aPushAddress('ann-phone'))

    const moved = await directory.addresses.add(aPushAddress('bob-phone'))

    expect(moved).toMatchObject({ uid: 'bob', clientId: 'bob-phone' })
    expect(moved.id).not.toBe(first.id)
    expect((await directory.addresses.list('ann')).items).toEqual([])
  })

  it('ends with one owner, whoever registers it at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const phones = ['ann-phone', 'bob-phone', 'ann-phone', 'bob-phone']
      await Promise.all(phones.map((phone) => directory.addresses.add(aPushAddress(phone))))

      const { rows } = await world.pool.query('select count(*)::int as count from addresses')
      expect(rows).toEqual([{ count: 1 }])
    }
  })
})

describe('a browser’s subscription', () => {
  const subscription = (endpoint: string, auth: string) =>
    JSON.stringify({
      endpoint: `https://push.example.com/${endpoint}`,
      keys: { p256dh: 'k', auth },
    })

  it('is one address for each endpoint, with the keys that came last', async () => {
    const first = await directory.addresses.add(aPushAddress('ann-phone', subscription('1', 'old')))
    await directory.addresses.add(aPushAddress('ann-phone', subscription('2', 'old')))

    const again = await directory.addresses.add(aPushAddress('ann-phone', subscription('1', 'new')))

    expect(again).toMatchObject({ id: first.id, token: subscription('1', 'new') })
    expect((await directory.addresses.list('ann')).items.map(({ token }) => token)).toEqual([
      subscription('1', 'new'),
      subscription('2', 'old'),
    ])
  })

  it('moves to whoever registers its endpoint last, also with other keys', async () => {
    await directory.addresses.add(aPushAddress('ann-phone', subscription('1', 'old')))

    await directory.addresses.add(aPushAddress('bob-phone', subscription('1', 'new')))

    expect((await directory.addresses.list('ann')).items).toEqual([])
    expect((await directory.addresses.list('bob')).items).toMatchObject([
      { clientId: 'bob-phone', token: subscription('1', 'new') },
    ])
  })

  it('is one address for the tabs of a browser, of the tab that came last', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'ann-tab' })
    await directory.addresses.add(aPushAddress('ann-phone', subscription('1', 'same')))

    await directory.addresses.add(aPushAddress('ann-tab', subscription('1', 'same')))

    expect((await directory.addresses.list('ann')).items).toMatchObject([{ clientId: 'ann-tab' }])
  })
})

describe('listing addresses', () => {
  it('goes page by page through one user, in the order in which they were added', async () => {
    for (let n = 0; n < 10; n++) await directory.addresses.add(aPushAddress('ann-phone', `t${n}`))
    await directory.addresses.add(aPushAddress('bob-phone', 'other'))

    const tokens: string[] = []
    let after: string | undefined
    do {
      const page = await directory.addresses.list('ann', { limit: 4, after })
      tokens.push(...page.items.map(({ token }) => token))
      after = page.next
    } while (after !== undefined)

    expect(tokens).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9'])
  })

  it('refuses a user who is not there, and a beginning that is none', async () => {
    expect(await refusalOf(directory.addresses.list('nobody'))).toBe('USER_NOT_FOUND uid')
    expect(await refusalOf(directory.addresses.list('ann', { after: 'x' }))).toBe(
      'INVALID_PAGE after',
    )
  })
})

describe('removing an address', () => {
  it('removes it alone', async () => {
    const { id } = await directory.addresses.add(aPushAddress('ann-phone'))
    await directory.addresses.add(aPushAddress('ann-phone', 'token-2'))

    await directory.addresses.remove(id)

    expect((await directory.addresses.list('ann')).items).toMatchObject([{ token: 'token-2' }])
  })

  it.each(['1', 'x', '9'.repeat(19)])('refuses %s, which is not there', async (id) => {
    expect(await refusalOf(directory.addresses.remove(id))).toBe('ADDRESS_NOT_FOUND id')
  })

  it('goes with its device', async () => {
    await directory.addresses.add(aPushAddress('ann-phone'))

    await directory.devices.remove('ann-phone')

    expect((await directory.addresses.list('ann')).items).toEqual([])
  })
})
