import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLauncherHome, type Launched, launch } from './launcher-home.ts'

const HERALD = join(import.meta.dirname, '../../bin/herald.js')

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herald-bin-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the real thing in a folder of its own, with nothing but `env` in its environment. */
function herald(args: readonly string[], env: Readonly<Record<string, string>> = {}): Launched {
  return launch(process.execPath, [HERALD, ...args], { cwd: folder, env })
}

describe('herald config', () => {
  it('tells flag, environment, .env of the working directory and default apart', async () => {
    writeFileSync(join(folder, '.env'), 'HERALD_PORT=1\nHERALD_POOL_MAX=5\nHERALD_DEVICES_MAX=6')

    const run = herald(['config', '--port', '3'], { HERALD_PORT: '2', HERALD_POOL_MAX: '4' })
    const { code, stdout, stderr } = await run.ended

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'HERALD_PORT=3 # flag',
        'HERALD_POOL_MAX=4 # env',
        'HERALD_DEVICES_MAX=6 # .env',
        'HERALD_HOST=127.0.0.1 # default',
      ]),
    )
  })

  it('lists all faults on standard error and exits with 1', async () => {
    const { code, stdout, stderr } = await herald(['config', '--port', 'x'], { HERALD_PROT: '1' })
      .ended

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      "The configuration can't be used:",
      expect.stringMatching(/^ {2}HERALD_PORT: /),
      expect.stringMatching(/^ {2}HERALD_PROT: /),
    ])
  })
})

describe('a reader that has seen enough', () => {
  it('is no failure', async () => {
    const script = '{ "$0" "$1" config; echo "exit code $?" >&2; } | true'

    const { stderr } = await launch('sh', ['-c', script, process.execPath, HERALD], {
      cwd: folder,
      env: {},
    }).ended

    expect(stderr).toBe('exit code 0\n')
  })
})

describe('herald serve', () => {
  it('does not outlive a launcher that is killed', async () => {
    const { pretendOld, remove } = createLauncherHome('', false)
    const serve = [HERALD, 'serve', '--port', '0']
    const run = launch(process.execPath, [...pretendOld, ...serve], { cwd: folder, env: {} })
    await run.started()

    run.process.kill('SIGKILL')

    // Its output ends when the program under the launcher does.
    const { stderr } = await run.ended
    expect(stderr).toContain('"msg":"stopped"')
    remove()
  })
})
