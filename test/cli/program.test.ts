import { describe, expect, it } from 'vitest'
import type { Flags } from '../../src/cli/doors.ts'
import { DomainError } from '../../src/core/domain-error.ts'
import { StartFault } from '../../src/core/start-fault.ts'
import { runCli } from './cli-world.ts'

describe('settings as flags', () => {
  it('reach the command under their environment names', async () => {
    const given: Flags[] = []
    const serve = async (flags: Flags) => void given.push(flags)

    const { code } = await runCli('serve --port 9000 --database-url=postgres://db --host ::1', {
      serve,
    })

    expect(code).toBe(0)
    expect(given).toEqual([
      { HERALD_PORT: '9000', DATABASE_URL: 'postgres://db', HERALD_HOST: '::1' },
    ])
  })

  it('are none where none is given', async () => {
    const given: Flags[] = []

    await runCli('serve', { serve: async (flags) => void given.push(flags) })

    expect(given).toEqual([{}])
  })

  it('are listed by "serve --help", in a group of their own', async () => {
    const { code, out } = await runCli('serve --help', {})

    expect(code).toBe(0)
    expect(out).toMatch(/Settings:\n {2}--database-url <url>/)
    expect(out).toContain('--jwt-algorithms <algorithm,…>')
  })

  it('stay out of the help of other commands, which says where they are', async () => {
    const { out } = await runCli('migrate --help', {})

    expect(out).not.toContain('--jwt-algorithms')
    expect(out).toContain('"herald serve --help"')
  })

  it('are refused by the name that is nearest where there is a typo', async () => {
    const { code, err } = await runCli('serve --prot 9000', {})

    expect(code).toBe(1)
    expect(err).toContain('Did you mean --port?')
  })
})

describe('migrate', () => {
  it('names what it applied', async () => {
    const migrate = async () => ['0001-users.sql', '0002-devices.sql']

    const { out } = await runCli('migrate', { migrate })

    expect(out).toBe('applied 0001-users.sql\napplied 0002-devices.sql\n')
  })

  it('says so if there was nothing to do', async () => {
    const { out } = await runCli('migrate', { migrate: async () => [] })

    expect(out).toBe('The schema is up to date.\n')
  })
})

describe('config', () => {
  it('prints what is in force', async () => {
    const describeConfig = (flags: Flags) => `HERALD_PORT=${flags.HERALD_PORT} # flag`

    const { code, out } = await runCli('config --port 1', { describeConfig })

    expect({ code, out }).toEqual({ code: 0, out: 'HERALD_PORT=1 # flag\n' })
  })
})

describe('a command that fails', () => {
  it('prints why Herald cannot start as it stands, and exits with 1', async () => {
    const serve = async () => {
      throw new StartFault('Port 8080 is in use: choose another with HERALD_PORT.')
    }

    expect(await runCli('serve', { serve })).toEqual({
      code: 1,
      out: '',
      err: 'Port 8080 is in use: choose another with HERALD_PORT.\n',
    })
  })

  it('prints a broken rule with its code, and exits with 1', async () => {
    const migrate = async () => {
      throw new DomainError('USER_NOT_FOUND', 'There is no user "111".')
    }

    const { code, err } = await runCli('migrate', { migrate })

    expect({ code, err }).toEqual({ code: 1, err: 'There is no user "111". (USER_NOT_FOUND)\n' })
  })

  it('prints the message of any other error alone, and exits with 70', async () => {
    const { code, err } = await runCli('serve', { serve: fail })

    expect(code).toBe(70)
    expect(err).toBe('Herald failed: connection reset\nHERALD_LOG_LEVEL=debug shows where.\n')
  })

  it.each([
    ['by the environment', 'serve', 'debug'],
    ['by a flag', 'serve --log-level trace', undefined],
  ])('prints stacks and causes where %s asks for them', async (_, line, logLevel) => {
    const { err } = await runCli(line, { serve: fail }, logLevel)

    expect(err).toMatch(/^Herald failed: Error: connection reset\n {4}at /)
    expect(err).toContain('program.test.ts')
    expect(err).toContain('caused by Error: the cable')
  })

  it('takes a missing command, an unknown one and an unknown option for a mistake', async () => {
    for (const line of ['', 'sevre', 'migrate --frobnicate', 'explain topic']) {
      const { code, out, err } = await runCli(line, {})

      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).not.toBe('')
    }
  })
})

async function fail(): Promise<never> {
  throw new Error('connection reset', { cause: new Error('the cable') })
}
