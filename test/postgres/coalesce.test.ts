import { describe, expect, it } from 'vitest'
import { coalesce, QuestionsOverflow } from '../../src/postgres/coalesce.ts'

const LIMITS = { batchMax: 3, inFlightMax: 2, crowdMin: 1, patienceMs: 10_000, waitingMax: 5 }

describe('coalesce', () => {
  it('lets questions of one turn share a query and gives each its own answer', async () => {
    const { asked, askAll } = recorder()
    const ask = coalesce(askAll, { ...LIMITS, batchMax: 10 })

    const answers = await Promise.all(['a', 'b', 'c'].map(ask))

    expect(answers).toEqual(['a!', 'b!', 'c!'])
    expect(asked).toEqual([['a', 'b', 'c']])
  })

  it('never answers a question from a query that began before it was asked', async () => {
    let truth = 'old'
    const gate = Promise.withResolvers<void>()
    const ask = coalesce(
      async (questions: readonly string[]) => {
        const seen = truth
        if (seen === 'old') await gate.promise
        return questions.map(() => seen)
      },
      { ...LIMITS, inFlightMax: 1 },
    )
    const first = ask('first')
    await nextTurn()
    truth = 'new'

    const second = ask('second')
    gate.resolve()

    expect(await first).toBe('old')
    expect(await second).toBe('new')
  })

  it('keeps to its limits of batch and flight', async () => {
    const { asked, askAll, release } = recorder({ held: true })
    const ask = coalesce(askAll, { ...LIMITS, waitingMax: 100 })
    const answers = Promise.all(Array.from({ length: 8 }, (_, index) => ask(`${index}`)))
    await nextTurn()

    expect(asked).toEqual([
      ['0', '1', '2'],
      ['3', '4', '5'],
    ])
    release()
    expect(await answers).toHaveLength(8)
    expect(asked.map((batch) => batch.length)).toEqual([3, 3, 2])
  })

  it('starts another query beside one under way for a crowd only', async () => {
    const { asked, askAll, release } = recorder({ held: true })
    const ask = coalesce(askAll, { ...LIMITS, crowdMin: 2 })
    const first = ask('first')
    await nextTurn()

    const second = ask('second')
    await nextTurn()
    expect(asked).toEqual([['first']])
    const third = ask('third')
    await nextTurn()
    expect(asked).toEqual([['first'], ['second', 'third']])

    release()
    expect(await Promise.all([first, second, third])).toEqual(['first!', 'second!', 'third!'])
  })

  it('starts another query beside one that takes too long', async () => {
    const slow = Promise.withResolvers<void>()
    const ask = coalesce(
      async (questions: readonly string[]) => {
        if (questions.includes('slow')) await slow.promise
        return questions
      },
      { ...LIMITS, crowdMin: 100, patienceMs: 10 },
    )
    const first = ask('slow')
    await nextTurn()

    expect(await ask('quick')).toBe('quick')

    slow.resolve()
    expect(await first).toBe('slow')
  })

  it('sends the next query before it answers the questions of the last', async () => {
    const { asked, askAll, release } = recorder({ held: true })
    const ask = coalesce(askAll, { ...LIMITS, inFlightMax: 1 })
    const first = ask('first').then(() => asked.length)
    await nextTurn()
    const second = ask('second')

    release()

    expect(await first).toBe(2)
    await second
  })

  it('refuses what finds the queue full, and serves the rest', async () => {
    const { askAll, release } = recorder({ held: true })
    const ask = coalesce(askAll, { ...LIMITS, batchMax: 1, inFlightMax: 1, waitingMax: 1 })
    const inFlight = ask('in flight')
    await nextTurn()
    const waiting = ask('waiting')

    await expect(ask('too many')).rejects.toThrow(QuestionsOverflow)
    release()
    expect(await Promise.all([inFlight, waiting])).toEqual(['in flight!', 'waiting!'])
  })

  it('fails only the questions of the query that failed, and goes on', async () => {
    let isAway = true
    const ask = coalesce(async (questions: readonly string[]) => {
      if (isAway) throw new Error('away')
      return questions
    }, LIMITS)

    await expect(ask('a')).rejects.toThrow('away')
    isAway = false
    expect(await ask('b')).toBe('b')
  })

  it('fails a question that a query left out', async () => {
    const ask = coalesce(
      async (_questions: readonly string[]): Promise<string[]> => ['one'],
      LIMITS,
    )

    const [first, second] = await Promise.allSettled([ask('a'), ask('b')])

    expect(first.status).toBe('fulfilled')
    expect(second.status).toBe('rejected')
  })
})

function recorder({ held = false } = {}) {
  const asked: (readonly string[])[] = []
  const gate = Promise.withResolvers<void>()
  if (!held) gate.resolve()
  return {
    asked,
    release: gate.resolve,
    async askAll(questions: readonly string[]) {
      asked.push(questions)
      await gate.promise
      return questions.map((question) => `${question}!`)
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
