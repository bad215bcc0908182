import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuUsOfTree, rssBytes } from './process-usage.ts'

/** A server under test, in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly port: number
  /** CPU used so far, in microseconds; undefined where there is no /proc. */
  cpuUs(): number | undefined
  /** Memory in RAM, in bytes, as it is and after garbage was collected. */
  rss(): Promise<Rss>
  stop(): Promise<void>
}

export interface Rss {
  readonly busy: number | undefined
  readonly settled: number | undefined
}

export interface ServerOptions {
  readonly name: string
  /** Given to Node. */
  readonly args: readonly string[]
  /** `PORT` in a value is replaced by the port. */
  readonly env: Readonly<Record<string, string>>
  /** Where it runs, and where its log is left. */
  readonly folder: string
}

const READY_MS = 30_000
const STOP_MS = 15_000
const COLLECT_MS = 1_500
const GARBAGE_COLLECTOR = new URL('collect-garbage-on-signal.ts', import.meta.url)

export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const port = await freePort()
  const logFile = `${options.folder}/${options.name}.log`
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, options.args, {
    cwd: options.folder,
    stdio: ['ignore', log, log],
    env: environment(options, port),
  })
  closeSync(log)
  try {
    await becomeReady(child, port)
  } catch (error) {
    child.kill('SIGKILL')
    const tail = readFileSync(logFile, 'utf8').slice(-2_000)
    throw new Error(`${options.name} did not start:\n${tail}`, { cause: error })
  }
  const pid = child.pid ?? 0
  return {
    name: options.name,
    port,
    cpuUs: () => cpuUsOfTree(pid),
    async rss() {
      const busy = rssBytes(pid)
      process.kill(pid, 'SIGUSR2')
      await pause(COLLECT_MS)
      return { busy, settled: rssBytes(pid) }
    },
    stop: () => stop(child),
  }
}

/** Only what Node and Herald need: a setting of whoever runs the bench must not change it. */
function environment({ env }: ServerOptions, port: number): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  const filled = Object.entries(env).map(([name, value]) => [
    name,
    value.replace('PORT', `${port}`),
  ])
  return {
    PATH,
    HOME,
    NODE_OPTIONS: `--expose-gc --import ${GARBAGE_COLLECTOR.href}`,
    ...Object.fromEntries(filled),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function becomeReady(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    if (performance.now() > deadline) throw new Error(`not ready after ${READY_MS} ms`)
    await pause(20)
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`)
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(late)
}
