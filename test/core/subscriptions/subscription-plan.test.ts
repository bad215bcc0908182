import { describe, expect, it } from 'vitest'
import { planFromHeld, surplusOf } from '../../../src/core/subscriptions/subscription-plan.ts'

describe('a plan', () => {
  it('names what is missing and what has to go', () => {
    expect(planFromHeld(['a', 'b'], ['b', 'c'])).toEqual({ subscribe: ['c'], unsubscribe: ['a'] })
  })

  it('is empty where nothing has to be done', () => {
    expect(planFromHeld(['a', 'b'], ['b', 'a'])).toEqual({ subscribe: [], unsubscribe: [] })
  })
})

describe('what a client has asked for itself', () => {
  it('brings messages twice where it is part of what is desired', () => {
    expect(surplusOf(['user/ann/inbox/+', 'user/ann/#', 'iot/1'], ['user/ann/#'])).toEqual({
      covered: ['user/ann/inbox/+'],
      open: ['iot/1'],
    })
  })

  it('is open where it is wider than what is desired', () => {
    expect(surplusOf(['group/cooks/#'], ['group/cooks/inbox/+'])).toEqual({
      covered: [],
      open: ['group/cooks/#'],
    })
  })
})
