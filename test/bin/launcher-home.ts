import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const BIN = join(import.meta.dirname, '../../bin')

/** A folder like Herald's own, with the real launcher and a program of the test's. */
export interface LauncherHome {
  readonly launcher: string
  /** Put before the launcher, it makes this Node say that it is Node 12. */
  readonly pretendOld: readonly string[]
  remove(): void
}

export function createLauncherHome(program: string, hasBundledNode: boolean): LauncherHome {
  const home = mkdtempSync(join(tmpdir(), 'herald-launcher-'))
  cpSync(BIN, join(home, 'bin'), { recursive: true })
  mkdirSync(join(home, 'src'))
  writeFileSync(join(home, 'src/main.ts'), program)
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  const preload = join(home, 'old.cjs')
  writeFileSync(preload, "Object.defineProperty(process, 'version', { value: 'v12.22.0' })")
  if (hasBundledNode) bundleNode(home)
  return {
    launcher: join(home, 'bin/herald.js'),
    pretendOld: ['--require', preload],
    remove: () => rmSync(home, { recursive: true }),
  }
}

/** This Node, where npm puts the one that Herald depends on. */
function bundleNode(home: string): void {
  const folder = join(home, `node_modules/node-${process.platform}-${process.arch}`)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  symlinkSync(process.execPath, join(folder, 'bin/node'))
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Launched {
  readonly process: ChildProcess
  /** Resolves when the program has printed its first bytes; throws if it ends without. */
  started(): Promise<void>
  readonly ended: Promise<Ended>
}

export interface LaunchOptions {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export function launch(
  node: string,
  args: readonly string[],
  { input = '', ...options }: LaunchOptions = {},
): Launched {
  const child = spawn(node, args, options)
  child.stdin.end(input)
  const firstBytes = once(child.stdout, 'data')
  const outputs = Promise.all([text(child.stdout), text(child.stderr)])
  const ended = Promise.all([once(child, 'exit'), outputs]).then(
    ([[code, signal], [stdout, stderr]]): Ended => ({ code, signal, stdout, stderr }),
  )
  return {
    process: child,
    ended,
    async started() {
      const early = await Promise.race([firstBytes.then(() => undefined), ended])
      if (early !== undefined) throw new Error(`ended early: ${early.stderr}`)
    },
  }
}
