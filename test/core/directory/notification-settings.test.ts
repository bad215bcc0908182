import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../src/core/directory/directory.ts'
import type { QuietHours } from '../../../src/core/reach/reach-facts.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const LATER = new Date('2026-11-26T12:00:00Z')
const NIGHTS: QuietHours = {
  days: 0b0011111,
  from: '22:00',
  to: '07:00',
  zone: 'Europe/Berlin',
  action: 'defer',
}

let world: DirectoryWorld
let directory: Directory

beforeAll(async () => {
  world = await openDirectoryWorld()
  directory = world.with({ now: () => NOW })
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann')
})
afterAll(() => world.close())

const UNTOUCHED = {
  uid: 'ann',
  notify: 'all',
  mutedUntil: undefined,
  hidePreview: false,
  locale: undefined,
  quietHours: undefined,
}

describe("a user's preferences", () => {
  it('are to hear of everything, until something is said', async () => {
    expect(await directory.notifications.show('ann')).toEqual(UNTOUCHED)
  })

  it('change in what is named, and stay as they are in the rest', async () => {
    await directory.notifications.set('ann', { notify: 'mentions', quietHours: NIGHTS })
    await directory.notifications.set('ann', { mutedUntil: LATER, locale: 'ZH-cn' })
    const changed = await directory.notifications.set('ann', { hidePreview: true })

    expect(changed).toEqual({
      uid: 'ann',
      notify: 'mentions',
      mutedUntil: LATER,
      hidePreview: true,
      locale: 'zh-CN',
      quietHours: NIGHTS,
    })
    expect(await directory.notifications.show('ann')).toEqual(changed)
  })

  it('are taken back by null', async () => {
    await directory.notifications.set('ann', {
      mutedUntil: LATER,
      locale: 'en',
      quietHours: NIGHTS,
    })

    await directory.notifications.set('ann', { mutedUntil: null, locale: null, quietHours: null })

    expect(await directory.notifications.show('ann')).toEqual(UNTOUCHED)
  })

  it('may change in nothing', async () => {
    expect(await directory.notifications.set('ann', {})).toEqual(UNTOUCHED)
  })

  it.each([
    [{ mutedUntil: NOW }, 'INVALID_TIME mutedUntil'],
    [{ mutedUntil: new Date(Number.NaN) }, 'INVALID_TIME mutedUntil'],
    [{ locale: 'not a language' }, 'INVALID_LOCALE locale'],
    [{ locale: '' }, 'INVALID_LOCALE locale'],
    [{ quietHours: { ...NIGHTS, days: 0 } }, 'INVALID_TIME quietHours'],
    [{ quietHours: { ...NIGHTS, days: 128 } }, 'INVALID_TIME quietHours'],
    [{ quietHours: { ...NIGHTS, days: 1.5 } }, 'INVALID_TIME quietHours'],
    [{ quietHours: { ...NIGHTS, from: '24:00' } }, 'INVALID_TIME quietHours'],
    [{ quietHours: { ...NIGHTS, to: '7:00' } }, 'INVALID_TIME quietHours'],
    [{ quietHours: { ...NIGHTS, zone: 'Europe/Atlantis' } }, 'INVALID_TIME_ZONE quietHours'],
    [{ quietHours: { ...NIGHTS, zone: '+01:00' } }, 'INVALID_TIME_ZONE quietHours'],
    [{ quietHours: { ...NIGHTS, zone: '' } }, 'INVALID_TIME_ZONE quietHours'],
  ] as const)('can not be %j', async (change, refusal) => {
    expect(await refusalOf(directory.notifications.set('ann', change))).toBe(refusal)
    expect(await directory.notifications.show('ann')).toEqual(UNTOUCHED)
  })

  it.each(['UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'america/new_york', 'Pacific/Apia'])(
    'can have quiet hours in %s',
    async (zone) => {
      const { quietHours } = await directory.notifications.set('ann', {
        quietHours: { ...NIGHTS, zone },
      })

      expect(quietHours).toEqual({ ...NIGHTS, zone })
    },
  )

  it('can not have a zone that Postgres does not reckon in', async () => {
    // Node has it from ICU; the time zone database never had it.
    const zone = 'SystemV/PST8'

    expect(
      await refusalOf(directory.notifications.set('ann', { quietHours: { ...NIGHTS, zone } })),
    ).toBe('INVALID_TIME_ZONE quietHours')
  })

  it('are those of somebody who is there', async () => {
    expect(await refusalOf(directory.notifications.show('nobody'))).toBe('USER_NOT_FOUND uid')
    expect(await refusalOf(directory.notifications.set('nobody', {}))).toBe('USER_NOT_FOUND uid')
    expect(await refusalOf(directory.notifications.set('#', {}))).toBe('INVALID_IDENTIFIER uid')
  })
})

describe('the preferences for a conversation', () => {
  it('change in what is named, and leave the rest to the account', async () => {
    await directory.notifications.setConversation('ann', 'user/bob', { notify: 'none' })
    await directory.notifications.setConversation('ann', 'user/bob', { mutedUntil: LATER })
    const changed = await directory.notifications.setConversation('ann', 'user/bob', {
      notify: null,
    })

    expect(changed).toEqual({
      uid: 'ann',
      conversation: 'user/bob',
      notify: undefined,
      mutedUntil: LATER,
    })
    expect(await directory.notifications.show('ann')).toEqual(UNTOUCHED)
  })

  it('are listed page by page, and can be forgotten', async () => {
    const names = ['user/bob', 'group/hikers', 'group/hikers/invitation', 'user/bob/application']
    for (const name of names) {
      await directory.notifications.setConversation('ann', name, { notify: 'all' })
    }
    await directory.notifications.forgetConversation('ann', 'user/bob')

    const first = await directory.notifications.listConversations('ann', { limit: 2 })
    const second = await directory.notifications.listConversations('ann', { after: first.next })

    expect([...first.items, ...second.items].map(({ conversation }) => conversation)).toEqual([
      'group/hikers',
      'group/hikers/invitation',
      'user/bob/application',
    ])
    expect(second.next).toBeUndefined()
  })

  it('can not be forgotten where there are none', async () => {
    const refusal = await refusalOf(directory.notifications.forgetConversation('ann', 'user/bob'))

    expect(refusal).toBe('PREFERENCES_NOT_FOUND conversation')
  })

  it.each([
    '',
    'bob',
    'user',
    'user/',
    'user/a+b',
    'user/bob/invitation',
    'group/g/inbox',
    'user/a/application/b',
    'room/a',
  ])('are of no conversation called %j', async (conversation) => {
    const { notifications } = directory

    expect(await refusalOf(notifications.setConversation('ann', conversation, {}))).toBe(
      'INVALID_CONVERSATION conversation',
    )
    expect(await refusalOf(notifications.forgetConversation('ann', conversation))).toBe(
      'INVALID_CONVERSATION conversation',
    )
  })

  it('refuse to be listed from where none can be', async () => {
    expect(
      await refusalOf(directory.notifications.listConversations('ann', { after: 'bob' })),
    ).toBe('INVALID_PAGE after')
  })
})
