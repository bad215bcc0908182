import { describe, expect, it, vi } from 'vitest'
import { createGroupCommit, IntakeBusy } from '../../../src/core/events/group-commit.ts'

interface Unit {
  readonly name: string
  readonly items: number
  readonly bytes: number
}

const LIMITS = {
  batchMax: { items: 3, bytes: 300 },
  inFlightMax: 2,
  crowdMin: 1,
  patienceMs: 10_000,
  waitingMax: { items: 5, bytes: 500 },
}

describe('a group commit', () => {
  it('lets units of one turn share a transaction', async () => {
    const commits = recorder()
    const take = createGroupCommit(commits.commit, LIMITS)

    await Promise.all([take(unit('a')), take(unit('b')), take(unit('c'))])

    expect(commits.names).toEqual(['abc'])
  })

  it('answers a unit after its own commit, and not before', async () => {
    const commits = recorder({ held: true })
    const take = createGroupCommit(commits.commit, { ...LIMITS, inFlightMax: 1 })
    const answered: string[] = []
    const first = take(unit('a')).then(() => answered.push('a'))
    await nextTurn()
    const second = take(unit('b')).then(() => answered.push('b'))
    await nextTurn()

    expect(answered).toEqual([])
    commits.release()
    await first
    expect(answered).toEqual(['a'])
    await nextTurn()
    expect(commits.names).toEqual(['a', 'b'])
    expect(answered).toEqual(['a'])
    commits.release()
    await second
  })

  it('keeps to its bounds of items, of bytes and of transactions', async () => {
    const commits = recorder({ held: true })
    const waitingMax = { items: 100, bytes: 10_000 }
    const take = createGroupCommit(commits.commit, { ...LIMITS, waitingMax })
    const units = [
      ...['a', 'b', 'c', 'd'].map((name) => unit(name)),
      unit('E', { bytes: 250 }),
      unit('F', { bytes: 5_000 }),
      unit('G', { items: 50 }),
      unit('h'),
    ]
    const all = Promise.all(units.map(take))
    await nextTurn()

    expect(commits.names).toEqual(['abc', 'd'])
    for (let turn = 0; turn < 5; turn++) {
      commits.release()
      await nextTurn()
    }
    await all
    expect(commits.names).toEqual(['abc', 'd', 'E', 'F', 'G', 'h'])
  })

  it('starts no other transaction for a few beside one that is under way', async () => {
    const commits = recorder({ held: true })
    const take = createGroupCommit(commits.commit, { ...LIMITS, crowdMin: 3 })
    const units = [take(unit('a'))]
    await nextTurn()

    units.push(take(unit('b')), take(unit('c')))
    await nextTurn()
    expect(commits.names).toEqual(['a'])
    units.push(take(unit('d')))
    await nextTurn()

    expect(commits.names).toEqual(['a', 'bcd'])
    commits.release()
    await Promise.all(units)
  })

  it('keeps nobody waiting for a transaction that takes long', async () => {
    const commits = recorder({ held: true })
    const take = createGroupCommit(commits.commit, { ...LIMITS, crowdMin: 3, patienceMs: 1 })
    const units = [take(unit('a'))]
    await nextTurn()

    units.push(take(unit('b')))

    await vi.waitUntil(() => commits.names.length === 2)
    commits.release()
    await Promise.all(units)
  })

  it.each([
    ['items', { items: 1, bytes: 0 }, 5],
    ['bytes', { items: 0, bytes: 200 }, 2],
  ])(
    'refuses at once who finds too many %s waiting, and serves the rest',
    async (_, size, fits) => {
      const commits = recorder({ held: true })
      const take = createGroupCommit(commits.commit, { ...LIMITS, inFlightMax: 1 })
      const first = take(unit('a'))
      await nextTurn()
      const waiting = Array.from({ length: fits }, () => take(unit('b', size)))

      await expect(take(unit('c', size))).rejects.toThrow(IntakeBusy)
      commits.release()
      await first
      for (let turn = 0; turn < fits; turn++) {
        await nextTurn()
        commits.release()
      }
      await Promise.all(waiting)
      expect(commits.names.join('')).toBe(`a${'b'.repeat(fits)}`)
    },
  )

  it('takes a unit that is larger than all bounds where nobody waits', async () => {
    const commits = recorder()
    const take = createGroupCommit(commits.commit, LIMITS)

    await take(unit('a', { items: 1_000, bytes: 100_000 }))

    expect(commits.names).toEqual(['a'])
  })

  it('never forgets what it has room for', async () => {
    const commits = recorder()
    const take = createGroupCommit(commits.commit, LIMITS)

    for (let round = 0; round < 20; round++) {
      const sizes = [{ items: 2 }, { bytes: 200 }, { items: 3, bytes: 0 }]
      await Promise.allSettled(sizes.map((size) => take(unit('a', size))))
    }

    await take(unit('z', { items: 5, bytes: 500 }))
    expect(commits.names.at(-1)).toBe('z')
  })

  it('fails all who wait when a transaction fails', async () => {
    const commits = recorder({ held: true })
    const take = createGroupCommit(commits.commit, { ...LIMITS, inFlightMax: 1 })
    const first = take(unit('a'))
    await nextTurn()
    const waiting = [take(unit('b')), take(unit('c'))]

    commits.fail(new Error('away'))

    for (const one of [first, ...waiting]) await expect(one).rejects.toThrow('away')
    expect(commits.names).toEqual(['a'])
  })

  it('tries one at a time while Postgres is away, and refuses others at once', async () => {
    const commits = recorder({ held: true })
    const take = createGroupCommit(commits.commit, LIMITS)
    const lost = take(unit('a'))
    await nextTurn()
    commits.fail(new Error('away'))
    await expect(lost).rejects.toThrow('away')

    const probe = take(unit('b'))
    await nextTurn()
    await expect(take(unit('c'))).rejects.toThrow(IntakeBusy)
    commits.release()
    await probe

    expect(commits.names).toEqual(['a', 'b'])
    const back = Promise.all([take(unit('d')), take(unit('e', { items: 3 }))])
    await nextTurn()
    expect(commits.names).toEqual(['a', 'b', 'd', 'e'])
    commits.release()
    await back
  })
})

function unit(name: string, size: Partial<Unit> = {}): Unit {
  return { name, items: 1, bytes: 100, ...size }
}

/** Commits that a test lets end, all that are under way at once. */
function recorder({ held = false } = {}) {
  const names: string[] = []
  let gates: PromiseWithResolvers<void>[] = []
  return {
    names,
    async commit(units: readonly Unit[]) {
      names.push(units.map((one) => one.name).join(''))
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      if (!held) gate.resolve()
      await gate.promise
    },
    release() {
      for (const gate of gates) gate.resolve()
      gates = []
    },
    fail(error: Error) {
      for (const gate of gates) gate.reject(error)
      gates = []
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
