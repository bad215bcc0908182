import { describe, expect, it } from 'vitest'
import { runCli } from './cli-world.ts'

const READ_AT = Date.parse('2026-11-25T11:00:00Z')

describe('herald read', () => {
  it.each([
    ['', undefined],
    ['--up-to 2026-11-25T11:00:00Z', { kind: 'time', at: READ_AT }],
    ['--up-to 2026-11-25', { kind: 'message', appId: '2026-11-25' }],
    ['--up-to m-1', { kind: 'message', appId: 'm-1' }],
  ])('marks a conversation, with "%s"', async (option, upTo) => {
    const asked: unknown[] = []

    const { out } = await runCli(`read ann user/bob --device phone ${option}`, {
      markRead: async (_, request) => {
        asked.push(request)
        return { uid: 'ann', conversation: 'user/bob', readAt: READ_AT }
      },
    })

    expect(asked).toEqual([{ uid: 'ann', conversation: 'user/bob', upTo, deviceId: 'phone' }])
    expect(out).toBe('ann has read user/bob up to 2026-11-25T11:00:00.000Z\n')
  })

  it('prints an object for machines', async () => {
    const mark = { uid: 'ann', conversation: 'user/bob', readAt: READ_AT }

    const { out } = await runCli('read ann user/bob --json', { markRead: async () => mark })

    expect(JSON.parse(out)).toEqual({ ...mark, readAt: '2026-11-25T11:00:00.000Z' })
  })

  it('refuses what only looks like a time', async () => {
    const { code, err } = await runCli('read ann user/bob --up-to 2026-11-25T99:00', {})

    expect(code).toBe(1)
    expect(err).toContain('That is no time')
  })
})
