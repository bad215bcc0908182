import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../bin/herald.js', import.meta.url))

/** Herald as a process of its own, as an operator would run it. */
export interface HeraldProcess {
  readonly url: string
  stop(): Promise<void>
  /** As when its machine loses power. */
  kill(): Promise<void>
}

/** Starts `herald serve` and resolves when it listens. */
export async function startHeraldProcess(
  env: Readonly<Record<string, string>>,
): Promise<HeraldProcess> {
  const child = spawn(process.execPath, [LAUNCHER, 'serve'], {
    env: { ...withoutHerald(process.env), ...env },
    // Not where a .env of somebody's own may lie.
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  // Whoever leaves the story early takes Herald along.
  const kill = () => child.kill('SIGTERM')
  process.once('exit', kill)
  const url = await Promise.race([
    readUrl(child.stdout),
    exited.then(() => Promise.reject(new Error('Herald ended before it listened; see above.'))),
  ])
  child.stdout.resume()
  async function end(signal: NodeJS.Signals): Promise<void> {
    process.off('exit', kill)
    child.kill(signal)
    await exited
  }
  return { url, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** The story is the same whatever the shell it is told in has set. */
function withoutHerald(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(env)
  return Object.fromEntries(
    entries.filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('HERALD_')),
  )
}

async function readUrl(stdout: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += chunk
    const url = /listens on (http:\S+)/.exec(text)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('Herald did not say where it listens.')
}
