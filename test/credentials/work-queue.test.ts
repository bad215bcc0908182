import { describe, expect, it } from 'vitest'
import { createWorkQueue } from '../../src/credentials/work-queue.ts'

/** Work that ends when a test says so. */
function aJob() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let started = false
  return {
    work: () => {
      started = true
      return promise
    },
    isStarted: () => started,
    resolve,
    reject,
  }
}

describe('createWorkQueue', () => {
  it('does so much at once, lets so much wait in turn, and refuses the rest', async () => {
    const queue = createWorkQueue({ runningMax: 2, waitingMax: 2 })
    const jobs = Array.from({ length: 5 }, aJob)
    const started = () => jobs.map(({ isStarted }) => isStarted())

    const results = jobs.map(({ work }) => queue.run(work))
    expect(started()).toEqual([true, true, false, false, false])
    expect(results[4]).toBeUndefined()

    jobs[1]?.resolve('b')
    await results[1]
    await Promise.resolve()
    expect(started()).toEqual([true, true, true, false, false])

    for (const job of jobs) job.resolve('x')
    expect(await Promise.all(results)).toEqual(['x', 'b', 'x', 'x', undefined])
  })

  it('has room again after work that failed', async () => {
    const queue = createWorkQueue({ runningMax: 1, waitingMax: 1 })
    const [first, second, third] = [aJob(), aJob(), aJob()]
    const results = [queue.run(first.work), queue.run(second.work)]

    first.reject(new Error('broken'))
    await expect(results[0]).rejects.toThrow('broken')
    second.resolve('fine')
    expect(await results[1]).toBe('fine')

    third.resolve('fine too')
    expect(await queue.run(third.work)).toBe('fine too')
  })
})
