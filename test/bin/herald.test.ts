import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createLauncherHome,
  type Launched,
  type LauncherHome,
  type LaunchOptions,
  launch,
} from './launcher-home.ts'

const REPORT = `
import { text } from 'node:stream/consumers'
const input: string = await text(process.stdin)
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), input }))
process.exitCode = 7
`

const WAIT = `
process.on('SIGTERM', () => { console.log('drained'); process.exit(3) })
process.on('disconnect', () => { console.log('alone'); process.exit(4) })
setInterval(() => {}, 1000)
console.log('ready')
`

const homes: LauncherHome[] = []

function homeOf(program: string, hasBundledNode = true): LauncherHome {
  const home = createLauncherHome(program, hasBundledNode)
  homes.push(home)
  return home
}

afterEach(() => {
  for (const home of homes.splice(0)) home.remove()
})

describe('under a Node that runs the sources', () => {
  it('runs the program in the same process, with its arguments, input and exit code', async () => {
    const { launcher } = homeOf(REPORT)

    const run = launch(process.execPath, [launcher, 'serve', '--port', '1'], { input: 'hello' })
    const { code, stdout } = await run.ended

    const { pid } = run.process
    expect(JSON.parse(stdout)).toEqual({ pid, args: ['serve', '--port', '1'], input: 'hello' })
    expect(code).toBe(7)
  })
})

describe('under an older Node', () => {
  it('runs the program under the Node that was installed, with its arguments, input and exit code', async () => {
    const { code, stdout } = await launchOld(homeOf(REPORT), ['config'], { input: 'hello' }).ended

    expect(JSON.parse(stdout)).toMatchObject({ args: ['config'], input: 'hello' })
    expect(code).toBe(7)
  })

  it('hands a signal on and waits for the program to end', async () => {
    const run = launchOld(homeOf(WAIT))
    await run.started()

    run.process.kill('SIGTERM')

    expect(await run.ended).toMatchObject({ code: 3, stdout: 'ready\ndrained\n' })
  })

  it('ends by the signal that ended the program', async () => {
    const run = launchOld(homeOf("process.kill(process.pid, 'SIGKILL')"))

    expect(await run.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('lets the program know when it is killed itself', async () => {
    const run = launchOld(homeOf(WAIT))
    await run.started()

    run.process.kill('SIGKILL')

    // The program's output outlives the launcher, so its last word arrives too.
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL', stdout: 'ready\nalone\n' })
  })

  it('says in one sentence which Node it needs where none was installed', async () => {
    const run = launchOld(homeOf(REPORT, false))

    const { code, stdout, stderr } = await run.ended

    expect(stderr).toMatch(/^Herald needs Node 24 or newer; this is v12\.22\.0, .*\.\n$/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  const oldNode = findOldNode()

  it.runIf(oldNode !== undefined)(`works under ${oldNode ?? 'one that is here'}`, async () => {
    const { launcher } = homeOf(REPORT)

    const { code, stdout, stderr } = await launch(oldNode ?? '', [launcher, 'config']).ended

    expect(JSON.parse(stdout)).toMatchObject({ args: ['config'] })
    expect({ code, stderr }).toEqual({ code: 7, stderr: '' })
  })
})

function launchOld(
  home: LauncherHome,
  args: readonly string[] = [],
  options: LaunchOptions = {},
): Launched {
  return launch(process.execPath, [...home.pretendOld, home.launcher, ...args], options)
}

/** A Node on the PATH that can't run TypeScript. */
function findOldNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':')
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((node) => existsSync(node))
    .find((node) => Number(execFileSync(node, ['-p', 'parseInt(process.versions.node)'])) < 24)
}
