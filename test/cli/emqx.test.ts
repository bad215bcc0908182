import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ApplyRequest, Flags, RenderRequest } from '../../src/cli/doors.ts'
import type { SetupStep } from '../../src/core/ports/provisioning.ts'
import { runCli } from './cli-world.ts'

const OWN: SetupStep = {
  change: 'change',
  what: 'the rule herald_publish',
  details: ['enable: false → true'],
  why: undefined,
  isShared: false,
}
const SHARED: SetupStep = {
  change: 'remove',
  what: 'the authorization source file',
  details: [],
  why: 'The stock file ends in "allow all".',
  isShared: true,
}

describe('herald emqx apply', () => {
  it('says first what it changes, then what it did, and what it left for want of leave', async () => {
    const asked: string[] = []
    const applySetup = async (_: Flags, { takes }: ApplyRequest) => {
      asked.push(takes)
      const done = takes === 'none' ? [] : [OWN]
      return { broker: 'EMQX 5.8.9', steps: [OWN, SHARED], done }
    }

    const { code, out, err } = await runCli('emqx apply', { applySetup })

    expect(code).toBe(1)
    expect(out).toBe(`EMQX 5.8.9:
  ~ change the rule herald_publish
      enable: false → true
  - remove the authorization source file (not Herald’s own: takes --take-over)
      The stock file ends in "allow all".
1 of 2 done.
`)
    expect(err).toContain('run it again with --take-over')
    expect(asked).toEqual(['none', 'own'])
  })

  it('asks for a dry run, and is well when it only looked', async () => {
    const requests: ApplyRequest[] = []
    const { code, out } = await runCli('emqx apply --dry-run --take-over --no-acks', {
      applySetup: async (_, request) => {
        requests.push(request)
        return { broker: 'EMQX 5.8.9', steps: [OWN], done: [] }
      },
    })

    expect(code).toBe(0)
    expect(out).toContain('\nNothing was changed.\n')
    expect(requests).toEqual([
      {
        takes: 'none',
        heraldUrl: undefined,
        choices: { hasAcks: false, hasAutoSubscribe: true, hasSentCopies: false },
      },
    ])
  })

  it('has short names for how the broker is called', async () => {
    const seen: Flags[] = []
    const applySetup = async (flags: Flags) => {
      seen.push(flags)
      return { broker: 'EMQX 5.8.9', steps: [], done: [] }
    }

    const { code, out } = await runCli('emqx apply --url http://127.0.0.1:18083 --key k', {
      applySetup,
    })
    const lost = await runCli('emqx apply --secret-file /nowhere/at/all', { applySetup })

    expect([code, out]).toEqual([0, 'EMQX 5.8.9: nothing to do.\n'])
    expect(seen).toEqual([
      { HERALD_EMQX_API_URL: 'http://127.0.0.1:18083', HERALD_EMQX_API_KEY: 'k' },
    ])
    expect(lost.err).toContain("can't be read: correct --secret-file")
  })
})

describe('herald emqx render', () => {
  it('writes the files for a version into a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'herald-render-'))
    const requests: RenderRequest[] = []
    const line = `emqx render --version 5.3 --herald-url http://h:1/ --sent-copies --output ${folder}`

    const { code, out } = await runCli(line, {
      renderBroker(request) {
        requests.push(request)
        return [{ name: 'herald.conf', text: 'a = 1\n' }]
      },
    })

    expect([code, out]).toEqual([0, `${join(folder, 'herald.conf')}\n`])
    expect(readFileSync(join(folder, 'herald.conf'), 'utf8')).toBe('a = 1\n')
    expect(requests).toMatchObject([{ form: '5.3', heraldUrl: 'http://h:1', hasSentCopies: true }])
  })

  it('says that a file can not be written', async () => {
    const { code, err } = await runCli('emqx render --output /dev/null/x', {
      renderBroker: () => [{ name: 'herald.conf', text: '' }],
    })

    expect(code).toBe(1)
    expect(err).toContain("can't be written: choose another --output")
  })

  it('refuses versions that there are not, and addresses that are none', async () => {
    const version = await runCli('emqx render --version 1.0', {})
    const address = await runCli('emqx render --herald-url herald', {})

    expect([version.code, address.code]).toEqual([1, 1])
    expect(address.err).toContain('is no URL')
  })
})

describe('herald doctor', () => {
  const well = { check: 'no-match', question: 'Is it refused?', findings: [] }
  const wrong = {
    check: 'shared',
    question: 'Are they off?',
    result: 'wrong',
    findings: [{ sentence: 'They are on.', fix: 'Switch them off.' }],
  } as const

  it('prints each question, and what is wrong with its fix', async () => {
    const { code, out, err } = await runCli('doctor', {
      consultDoctor: async () => [
        { ...well, result: 'unknown' },
        { ...well, result: 'well' },
        wrong,
      ],
    })

    expect(code).toBe(1)
    expect(out).toBe(`ok Is it refused? (no-match)
NO Are they off? (shared)
     They are on.
     Switch them off.
?  Not looked at, for what is wrong is in the way: no-match
`)
    expect(err).toBe('Not well: shared.\n')
  })

  it('says why it has not looked', async () => {
    const unknown = { ...well, result: 'unknown', why: 'HERALD_EMQX_API_URL is not set' } as const

    const { out } = await runCli('doctor', { consultDoctor: async () => [unknown] })

    expect(out).toBe('?  Not looked at, for HERALD_EMQX_API_URL is not set: no-match\n')
  })

  it('is content where nothing is wrong, and speaks JSON', async () => {
    const unknown = { ...well, result: 'unknown' } as const

    const { code, out } = await runCli('doctor --json', { consultDoctor: async () => [unknown] })

    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual(unknown)
  })
})
