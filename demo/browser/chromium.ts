import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { type DevTools, openDevTools } from './devtools.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The first that is on the PATH. */
export function findChromium(path = process.env.PATH ?? ''): string | undefined {
  return NAMES.flatMap((name) => path.split(delimiter).map((dir) => join(dir, name))).find(
    isProgram,
  )
}

export interface Chromium {
  readonly devTools: DevTools
  close(): Promise<void>
}

/** Starts it without a window, with a profile of its own in `profileDir`. */
export function startChromium(program: string, profileDir: string): Chromium {
  const child = spawn(program, flags(profileDir), {
    // The pipes end with us, and Chromium with them.
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    // A Ctrl-C is for the demo, which closes it.
    detached: true,
    // What it leaves in there goes with its profile.
    env: { ...process.env, TMPDIR: profileDir },
  })
  const [, , , commands, answers] = child.stdio
  if (!(commands instanceof Writable && answers instanceof Readable)) throw new Error('no pipes')
  const devTools = openDevTools(commands, answers)
  const exited = ending(child).then((how) => devTools.end(new Error(`${program} ${how}`)))
  return {
    devTools,
    async close() {
      commands.end()
      const timer = setTimeout(() => killAll(child), CLOSE_MS)
      await exited
      clearTimeout(timer)
      // Those of its processes that outlive the first would write into the profile.
      killAll(child)
    },
  }
}

const CLOSE_MS = 2_000

function flags(profileDir: string): readonly string[] {
  return [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profileDir}`,
    '--no-first-run',
    '--disable-gpu',
    // Containers have little of it.
    '--disable-dev-shm-usage',
    // Chromium refuses to be root with it; it opens nothing but the demo's own page.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    'about:blank',
  ]
}

async function ending(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit')
    return `ended with ${signal ?? code}`
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Its process group: a browser is many processes. */
function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // They are gone.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
