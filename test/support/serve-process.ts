import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { SocketAddress } from '../../src/postgres/address.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/herald.js', import.meta.url))

/** `herald serve` as a process of its own, as an operator runs it. */
export interface ServeProcess {
  /** Resolves with where it listens; throws if it ends without. */
  readonly url: Promise<string>
  /** Resolves when so many lines of its log have this message, with the last of them. */
  logs(message: string, times?: number): Promise<Record<string, unknown>>
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  /** What it said on standard error beside its log. */
  readonly words: string
}

const SERVE = [process.execPath, LAUNCHER, 'serve']

/** Starts it in `folder`, on any free port, with nothing but `env` in its environment. */
export function startServe(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  command: readonly string[] = SERVE,
): ServeProcess {
  const [file = '', ...args] = command
  const child = spawn(file, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HERALD_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  let isOver = false
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      for (const look of watchers) look()
    })
  }
  const closed = once(child, 'close').finally(() => {
    isOver = true
    for (const look of watchers) look()
  })

  function find<Found>(search: () => Found | undefined, what: string): Promise<Found> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = search()
        if (found === undefined && !isOver) return
        watchers.delete(look)
        if (found !== undefined) resolve(found)
        else reject(new Error(`ended without ${what}: ${said.stderr}`))
      }
      watchers.add(look)
      look()
    })
  }

  const url = find(() => /listens on (http:\S+)/.exec(said.stdout)?.[1], 'listening')
  url.catch(() => {})
  return {
    url,
    logs: (message, times = 1) =>
      find(
        () => logOf(said.stderr).filter(({ msg }) => msg === message)[times - 1],
        `saying "${message}"`,
      ),
    signal: (name) => void child.kill(name),
    ended: closed.then(([code, signal]) => ({
      code,
      signal,
      stdout: said.stdout,
      words: linesOf(said.stderr)
        .filter((line) => !line.startsWith('{'))
        .join('\n'),
    })),
  }
}

/** The address as `DATABASE_URL` has it. */
export function databaseUrl({ host, port, user, database }: SocketAddress): string {
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

/** All lines that are complete. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1)
}

function logOf(stderr: string): readonly Record<string, unknown>[] {
  return linesOf(stderr)
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line))
}
