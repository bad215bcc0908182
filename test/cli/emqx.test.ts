import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ApplyWish } from '../../src/cli/doors.ts'
import { applyToBroker, renderForBroker } from '../../src/compose/broker-setup.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { runCli } from './cli-world.ts'

const CONFIG = loadConfig({ flags: {}, env: {}, envFile: {} })
const FILES = {
  renderBroker: (_: unknown, request: Parameters<typeof renderForBroker>[1]) =>
    renderForBroker(CONFIG, request),
}

describe('herald emqx render', () => {
  it.each([
    ['4.4', '4'],
    ['5.3', '5.3'],
    ['5.8', '5'],
    ['5.10.1', '5'],
    ['6.0', '6'],
  ])('writes for %s what emqx/%s holds', async (version, folder) => {
    const out = mkdtempSync(join(tmpdir(), 'herald-render-'))

    const { code, out: said } = await runCli(`emqx render --version ${version} --out ${out}`, FILES)

    expect(code).toBe(0)
    const paths = said
      .trimEnd()
      .split('\n')
      .map((line) => line.replace('wrote ', ''))
    expect(paths.length).toBeGreaterThan(1)
    for (const path of paths) {
      const kept = new URL(`../../emqx/${folder}${path.slice(out.length)}`, import.meta.url)
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(kept, 'utf8'))
    }
  })

  it('prints them under their names', async () => {
    const { out } = await runCli('emqx render --version 5.8 --herald-url http://h:1/', FILES)

    expect(out.match(/^==> .* <==$/gm)).toEqual(['==> herald.conf <==', '==> herald.env <=='])
    expect(out).toContain('url = "http://h:1/emqx/5/connect"')
  })

  it.each(['2', '5', '4.2', 'five'])('has nothing for EMQX %s', async (version) => {
    const { code, err } = await runCli(`emqx render --version ${version}`, FILES)

    expect(code).toBe(1)
    expect(err).toContain(`no files for EMQX "${version}"`)
  })

  it('says that files can not be written', async () => {
    const { code, err } = await runCli('emqx render --version 5.8 --out /dev/null/x', FILES)

    expect(code).toBe(1)
    expect(err).toContain("can't be written")
  })
})

const OWN = {
  change: 'add',
  what: 'the rule a',
  details: [],
  why: 'Who is online.',
  isShared: false,
} as const
const SHARED = {
  change: 'change',
  what: 'the settings',
  details: ['no_match: allow → deny'],
  why: undefined,
  isShared: true,
} as const
const STEPS = [OWN, SHARED]

async function runApply(line: string, steps: readonly (typeof STEPS)[number][] = STEPS) {
  const asked: [unknown, ApplyWish][] = []
  const result = await runCli(`emqx apply --herald-url http://h:1 ${line}`, {
    async applySetup(flags, wish) {
      asked.push([flags, wish])
      const done = steps.filter(
        ({ isShared }) => wish.takes === 'all' || (wish.takes === 'own' && !isShared),
      )
      return { broker: 'EMQX 5.8.9', steps, done }
    },
  })
  return { ...result, asked, takes: asked.map(([, { takes }]) => takes) }
}

describe('herald emqx apply', () => {
  it('says first what it changes, and leaves what others may rely on', async () => {
    const { code, out, takes } = await runApply('')

    expect({ code, takes }).toEqual({ code: 0, takes: ['none', 'own'] })
    expect(out).toBe(`EMQX 5.8.9 is there.

To be changed:
  add the rule a
      Who is online.
  change the settings (*)
      no_match: allow → deny

(*) Others may rely on it, so it is changed with --take-over alone.

Changed: 1. Left as they are: 1 (*).
`)
  })

  it('changes that too with leave', async () => {
    const { out, takes } = await runApply('--take-over')

    expect(takes).toEqual(['none', 'all'])
    expect(out).toContain('\nChanged: 2.\n')
    expect(out).not.toContain('(*)')
  })

  it('changes nothing in a dry run', async () => {
    const { out, takes } = await runApply('--dry-run --take-over')

    expect(takes).toEqual(['none'])
    expect(out).toContain('\nNothing was changed.\n')
  })

  it('has nothing to do the second time', async () => {
    const { out, takes } = await runApply('', [])

    expect(takes).toEqual(['none'])
    expect(out).toBe('EMQX 5.8.9 is there.\nIt has all that Herald needs.\n')
  })

  it('prints JSON, one change a line', async () => {
    const { out } = await runApply('--json')

    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { what: 'the rule a', isDone: true },
      { what: 'the settings', isDone: false },
    ])
  })

  it('takes URL and key for the settings that they stand for', async () => {
    const { asked } = await runApply(
      '--url http://b:2 --key herald:se:cret --sent-copies --no-auto-subscribe',
    )

    expect(asked[0]).toEqual([
      {
        HERALD_EMQX_API_URL: 'http://b:2',
        HERALD_EMQX_API_KEY: 'herald',
        HERALD_EMQX_API_SECRET: 'se:cret',
      },
      { takes: 'none', heraldUrl: 'http://h:1', hasAutoSubscribe: false, hasSentCopies: true },
    ])
  })

  it('takes a key whose secret the settings have', async () => {
    const { asked } = await runApply('--key herald')

    expect(asked[0]?.[0]).toEqual({ HERALD_EMQX_API_KEY: 'herald' })
  })

  it.each(['', '--herald-url h:1', '--herald-url http://u@h', '--herald-url http://h?x=1'])(
    'refuses to guess where Herald is: %s',
    async (line) => {
      expect((await runCli(`emqx apply ${line}`, {})).code).toBe(1)
    },
  )

  it('asks for the API where nothing names it', async () => {
    const wish = {
      takes: 'none',
      heraldUrl: 'http://h:1',
      hasAutoSubscribe: true,
      hasSentCopies: false,
    } as const

    await expect(applyToBroker(CONFIG, wish)).rejects.toThrow('--url and --key key:secret')
  })
})
