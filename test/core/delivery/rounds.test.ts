import { describe, expect, it } from 'vitest'
import { startRounds } from '../../../src/core/delivery/rounds.ts'

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
