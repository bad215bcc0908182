import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterFault } from '../../../src/core/access/topic-filter.ts'
import {
  autoFilters,
  desiredSubscriptions,
  type Subscriber,
} from '../../../src/core/subscriptions/desired-subscriptions.ts'
import { SUBSCRIPTION_PROFILES } from '../../../src/core/subscriptions/subscription-profile.ts'
import { overlaps } from '../../support/filter-overlap.ts'
import { sized } from '../../support/size.ts'

const WIDE = { groupSubscription: 'all', autoSubscribe: false } as const
const NARROW = { groupSubscription: 'inbox', autoSubscribe: false } as const

const ANN: Subscriber = {
  uid: 'ann',
  profile: 'all',
  memberships: [
    { gid: 'hikers', role: 'owner' },
    { gid: 'cooks', role: 'member' },
  ],
}

describe('what a device is subscribed to', () => {
  it('is what its user may read: their own topics and those of their groups', () => {
    expect(desiredSubscriptions(ANN, WIDE)).toEqual([
      'group/+/invitation/ann/from/+',
      'group/cooks/#',
      'group/hikers/#',
      'user/ann/#',
    ])
  })

  it('is less of a group where its topics are narrowed, and more of it for who runs it', () => {
    expect(desiredSubscriptions(ANN, NARROW)).toEqual([
      'group/+/invitation/ann/from/+',
      'group/cooks/inbox/+',
      'group/hikers/application/+',
      'group/hikers/inbox/+',
      'user/ann/#',
    ])
  })

  it.each([
    ['direct', ['group/+/invitation/ann/from/+', 'user/ann/#']],
    ['none', []],
  ] as const)('is what its profile leaves of it: %s', (profile, filters) => {
    expect(desiredSubscriptions({ ...ANN, profile }, WIDE)).toEqual(filters)
  })

  it('has what the broker subscribes by itself, whatever the profile', () => {
    const policy = { ...WIDE, autoSubscribe: true }

    expect(desiredSubscriptions({ ...ANN, profile: 'none' }, policy)).toEqual(
      autoFilters('ann', policy),
    )
    expect(autoFilters('ann', policy)).toEqual(['group/+/invitation/ann/from/+', 'user/ann/#'])
    expect(autoFilters('ann', WIDE)).toEqual([])
  })

  it('leaves out what would mean something to MQTT', () => {
    const memberships = [{ gid: 'a/#/b', role: 'member' }] as const

    expect(desiredSubscriptions({ uid: '+', profile: 'all', memberships }, WIDE)).toEqual([])
  })
})

const names = fc.string({
  minLength: 1,
  maxLength: 5,
  unit: fc.constantFrom('a', '+', '#', '/', '$', 'é'),
})
const subscribers: fc.Arbitrary<Subscriber> = fc.record({
  uid: names,
  profile: fc.constantFrom(...SUBSCRIPTION_PROFILES),
  memberships: fc.array(
    fc.record({ gid: names, role: fc.constantFrom('owner', 'admin', 'member') }),
  ),
})

describe('desired filters', () => {
  it('are valid, and no message of a group matches two', () => {
    fc.assert(
      fc.property(subscribers, fc.boolean(), (subscriber, autoSubscribe) => {
        const filters = desiredSubscriptions(subscriber, { ...NARROW, autoSubscribe })

        expect(filters.flatMap((filter) => filterFault(filter) ?? [])).toEqual([])
        const pairs = filters.flatMap((one, at) => filters.slice(at + 1).map((two) => [one, two]))
        expect(pairs.filter(([one = '', two = '']) => overlaps(one, two))).toEqual([])
      }),
      { seed: 6, numRuns: sized(300, 5_000) },
    )
  })

  it('overlap for an invitation to a group that one is in, and nowhere else', () => {
    fc.assert(
      fc.property(subscribers, (subscriber) => {
        const filters = desiredSubscriptions(subscriber, WIDE).filter(
          (filter) => !filter.includes('/invitation/'),
        )

        const pairs = filters.flatMap((one, at) => filters.slice(at + 1).map((two) => [one, two]))
        expect(pairs.filter(([one = '', two = '']) => overlaps(one, two))).toEqual([])
      }),
      { seed: 6, numRuns: sized(300, 5_000) },
    )
  })
})
