import { describe, expect, it } from 'vitest'
import { runCli } from './cli-world.ts'

const WELL = { check: 'postgres', question: 'Does it?', result: 'well', findings: [] } as const
const WRONG = {
  check: 'no-match',
  question: 'Is it?',
  result: 'wrong',
  findings: [{ sentence: 'It is open.', fix: 'Close it.' }],
} as const
const UNKNOWN = { check: 'probe', question: 'Came it?', result: 'unknown', findings: [] } as const

describe('herald doctor', () => {
  it('ends with 0 where nothing is wrong', async () => {
    const { code, out, err } = await runCli('doctor', { consultDoctor: async () => [WELL] })

    expect({ code, out, err }).toEqual({ code: 0, out: 'Well: postgres.\n', err: '' })
  })

  it('says what is wrong and how to mend it, and ends with 1', async () => {
    const { code, out, err } = await runCli('doctor', {
      consultDoctor: async () => [WELL, WRONG, UNKNOWN],
    })

    expect(code).toBe(1)
    expect(err).toBe('One thing is wrong.\n')
    expect(out).toBe(
      `no-match: It is open.
  Close it.

Well: postgres.
Not looked at, because what is wrong is in the way: probe.
`,
    )
  })

  it('says why it has not looked', async () => {
    const { code, out } = await runCli('doctor', {
      consultDoctor: async () => [{ ...UNKNOWN, why: 'HERALD_EMQX_API_URL is not set' }],
    })

    expect(code).toBe(0)
    expect(out).toContain('Not looked at, because HERALD_EMQX_API_URL is not set: probe.')
  })

  it('prints JSON, one question a line, and hands on what it is told', async () => {
    const asked: unknown[] = []
    const line = 'doctor --json --patience 3s --herald-url http://h:1/ --emqx-api-url http://b:2'
    const { code, out } = await runCli(line, {
      async consultDoctor(flags, question) {
        asked.push(flags, question)
        return [WELL, WRONG]
      },
    })

    expect(code).toBe(1)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((one) => JSON.parse(one)),
    ).toEqual([WELL, WRONG])
    expect(asked).toEqual([
      { HERALD_EMQX_API_URL: 'http://b:2' },
      { heraldUrl: 'http://h:1', probePatienceMs: 3_000 },
    ])
  })
})
