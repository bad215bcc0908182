import { describe, expect, it } from 'vitest'
import { sparingly, startRounds } from '../../../src/core/delivery/rounds.ts'

describe('rounds', () => {
  it('begin at once, go on after a failure, and never overlap', async () => {
    const warnings: object[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    let round = 0
    let underWay = 0
    let mostUnderWay = 0

    const rounds = startRounds(
      'test',
      1,
      async () => {
        round++
        underWay++
        mostUnderWay = Math.max(mostUnderWay, underWay)
        await new Promise((done) => setImmediate(done))
        underWay--
        if (round === 1) throw new Error('Postgres is away')
        if (round === 5) resolve()
      },
      { warn: (fields) => void warnings.push(fields) },
    )
    await promise
    await rounds.stop()

    const last = round
    expect(mostUnderWay).toBe(1)
    expect(warnings).toMatchObject([{ round: 'test' }])
    await new Promise((done) => setImmediate(done))
    expect(round).toBe(last)
  })
})

describe('work that is done sparingly', () => {
  it('is left out for twenty times as long as it took', async () => {
    let clock = 0
    let count = 0
    const work = sparingly(
      async () => {
        count++
        clock += 100
      },
      () => clock,
    )

    await work()
    clock = 2_099
    await work()
    const early = count
    clock = 2_100
    await work()

    expect([early, count]).toEqual([1, 2])
  })
})
