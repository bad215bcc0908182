import { describe, expect, it } from 'vitest'
import { createRecentMap } from '../../../src/core/access/recent-map.ts'

describe('createRecentMap', () => {
  it('forgets what was set longest ago once it is full', () => {
    const map = createRecentMap<number>(2)

    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4])
  })

  it('forgets what it is told to', () => {
    const map = createRecentMap<number>(2)
    map.set('a', 1)

    map.delete('a')

    expect(map.has('a')).toBe(false)
  })
})
