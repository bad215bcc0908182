import { describe, expect, it } from 'vitest'
import {
  createLoginThrottle,
  type LoginThrottle,
  type ThrottleSettings,
} from '../../../src/core/access/login-throttle.ts'
import { aClock } from '../../support/login-world.ts'

const HOME = '192.0.2.1'
const ELSEWHERE = '198.51.100.7'

function aThrottle(settings: Partial<ThrottleSettings> = {}) {
  const clock = aClock()
  const throttle = createLoginThrottle(
    { enabled: true, proxyAddresses: [], ...settings },
    clock.now,
  )
  return { throttle, clock }
}

/** Tries a wrong password unless slowed down, and says whether it got as far. */
function guess(throttle: LoginThrottle, uid: string, address: string): boolean {
  if (throttle.isSlowed(uid, address)) return false
  throttle.started(uid, address)
  throttle.ended(uid, address, 'wrong')
  return true
}

function guesses(throttle: LoginThrottle, count: number, uid: string, address: string): number {
  return Array.from({ length: count }, () => guess(throttle, uid, address)).filter(Boolean).length
}

/** The n-th address of a network that is nobody else's here. */
function address(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
}

describe('createLoginThrottle', () => {
  it('lets a user at an address mistype five times, then makes them wait', () => {
    const { throttle } = aThrottle()

    expect(guesses(throttle, 10, 'ann', HOME)).toBe(5)
    expect(throttle.isSlowed('ann', HOME)).toBe(true)
  })

  it('doubles the wait with each further wrong password, up to a quarter of an hour', () => {
    const { throttle, clock } = aThrottle()
    guesses(throttle, 5, 'ann', HOME)

    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      clock.move(seconds * 1000 - 1)
      expect(throttle.isSlowed('ann', HOME)).toBe(true)
      clock.move(1)
      expect(guess(throttle, 'ann', HOME)).toBe(true)
    }
  })

  it('begins anew after the right password', () => {
    const { throttle } = aThrottle()
    guesses(throttle, 4, 'ann', HOME)

    throttle.ended('ann', HOME, 'right')

    expect(guesses(throttle, 10, 'ann', HOME)).toBe(5)
  })

  it('begins anew after an hour without a try', () => {
    const { throttle, clock } = aThrottle()
    guesses(throttle, 5, 'ann', HOME)

    clock.move(61 * 60_000 + 1000)

    expect(guesses(throttle, 10, 'ann', HOME)).toBe(5)
  })

  it('counts tries that are made at once', () => {
    const { throttle } = aThrottle()
    const admitted = Array.from({ length: 100 }, () => {
      if (throttle.isSlowed('ann', HOME)) return false
      throttle.started('ann', HOME)
      return true
    }).filter(Boolean).length

    expect(admitted).toBe(5)
  })

  it('does not count a try that came to nothing', () => {
    const { throttle } = aThrottle()
    for (let n = 0; n < 50; n++) {
      throttle.started('ann', HOME)
      throttle.ended('ann', HOME, 'undecided')
    }

    expect(guesses(throttle, 10, 'ann', HOME)).toBe(5)
  })

  it('leaves the owner alone elsewhere, and other users at the same address', () => {
    const { throttle } = aThrottle()
    guesses(throttle, 10, 'ann', HOME)

    expect(throttle.isSlowed('ann', ELSEWHERE)).toBe(false)
    expect(throttle.isSlowed('bob', HOME)).toBe(false)
  })

  describe('an address that guesses at many users', () => {
    it('is slowed down to one guess in six seconds', () => {
      const { throttle, clock } = aThrottle()
      const burst = Array.from({ length: 100 }, (_, n) => guess(throttle, `user${n}`, HOME))
      expect(burst.filter(Boolean)).toHaveLength(30)

      let later = 0
      for (let second = 0; second < 600; second++) {
        clock.move(1000)
        if (guess(throttle, `later${second}`, HOME)) later++
      }
      expect(later).toBe(100)
    })

    it('does not slow down who has logged in from there before', () => {
      const { throttle } = aThrottle()
      throttle.ended('ann', HOME, 'right')

      for (let n = 0; n < 100; n++) guess(throttle, `user${n}`, HOME)

      expect(throttle.isSlowed('ann', HOME)).toBe(false)
      expect(throttle.isSlowed('bob', HOME)).toBe(true)
    })
  })

  describe('a user at whom many addresses guess', () => {
    it('is let in where they have logged in before', () => {
      const { throttle } = aThrottle()
      throttle.ended('ann', HOME, 'right')

      for (let n = 0; n < 1000; n++) guess(throttle, 'ann', address(n))

      expect(throttle.isSlowed('ann', HOME)).toBe(false)
    })

    it('is let in from a new address while those that have tried wait', () => {
      const { throttle, clock } = aThrottle()
      for (let n = 0; n < 5; n++) guesses(throttle, 5, 'ann', address(n))

      clock.move(1000)

      expect(throttle.isSlowed('ann', address(0))).toBe(true)
      expect(throttle.isSlowed('ann', ELSEWHERE)).toBe(false)
    })

    it('is let in from a new address whatever goes wrong where they have logged in before', () => {
      const { throttle } = aThrottle()
      for (let n = 0; n < 60; n++) {
        throttle.ended('ann', address(n), 'right')
        guess(throttle, 'ann', address(n))
      }

      expect(throttle.isSlowed('ann', ELSEWHERE)).toBe(false)
    })

    it('is guessed at ten times a minute, however many addresses there are', () => {
      const { throttle, clock } = aThrottle()
      let made = 0

      for (let n = 0; n < 36_000; n++) {
        clock.move(100)
        if (guess(throttle, 'ann', address(n))) made++
      }

      expect(made).toBeLessThanOrEqual(40 + 600)
      expect(made).toBeGreaterThan(500)
    })

    it('does not slow down other users', () => {
      const { throttle } = aThrottle()

      for (let n = 0; n < 100; n++) guess(throttle, 'ann', address(n))

      expect(throttle.isSlowed('bob', ELSEWHERE)).toBe(false)
    })
  })

  it.each([
    ['is switched off', { enabled: false }, HOME],
    ['is told that the address is a proxy', { proxyAddresses: [HOME] }, HOME],
    ['is told that the network is one of proxies', { proxyAddresses: ['192.0.2.0/24'] }, HOME],
    ['does not know the address', {}, ''],
    ['is given something that is no address', {}, 'unix:/run/x'],
  ])('slows nobody down where it %s', (_case, settings, from) => {
    const { throttle } = aThrottle(settings)

    expect(guesses(throttle, 100, 'ann', from)).toBe(100)
    expect(guesses(throttle, 100, 'bob', from)).toBe(100)
  })

  it('takes all addresses of one IPv6 subscriber for one', () => {
    const { throttle } = aThrottle()
    const made = Array.from({ length: 50 }, (_, n) =>
      guess(throttle, 'ann', `2001:db8:0:7::${n + 1}`),
    )

    expect(made.filter(Boolean)).toHaveLength(5)
    expect(throttle.isSlowed('ann', '2001:db8:0:8::1')).toBe(false)
  })
})
