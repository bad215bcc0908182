import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../src/core/delivery/receipt.ts'
import { runCli } from './cli-world.ts'

const AT = '2026-11-25T12:00:00Z'

describe('herald receipt', () => {
  it('notes what became of a notification', async () => {
    const noted: Receipt[] = []
    const doors = { noteReceipt: async (_: object, receipt: Receipt) => void noted.push(receipt) }

    const { out } = await runCli(`receipt ref-1 --kind opened --at ${AT}`, doors)
    await runCli(`receipt ref-2 --kind undelivered --reason full`, doors)

    expect(out).toBe('noted: opened at 2026-11-25T12:00:00.000Z\n')
    expect(noted).toEqual([
      { ref: 'ref-1', kind: 'opened', reason: undefined, at: Date.parse(AT) },
      { ref: 'ref-2', kind: 'undelivered', reason: 'full', at: expect.any(Number) },
    ])
  })

  it.each([
    ['receipt ref', "required option '--kind <kind>'"],
    ['receipt ref --kind read', 'Allowed choices are delivered, opened, undelivered'],
    ['receipt ref --kind opened --at noon', 'That is no time'],
  ])('refuses: %s', async (line, complaint) => {
    const { code, err } = await runCli(line, {})

    expect(code).toBe(1)
    expect(err).toContain(complaint)
  })
})
