import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { findChromium } from '../../demo/browser/chromium.ts'
import { closeAfterEach, closeLater } from '../support/broker-world.ts'

closeAfterEach()

// Whole processes, which a busy machine takes long to start.
vi.setConfig({ testTimeout: 120_000 })

const DEMO = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

/** The demo as a stranger runs it, with its own Herald, Postgres and broker. */
function runDemo(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  closeLater(() => child.kill('SIGKILL'))
  const output = { text: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.text += text
  })
  return { child, output, exited: once(child, 'exit').then(([code]) => code) }
}

it('the demo tells its story to the end, without colours where nobody looks', async () => {
  const { output, exited } = runDemo({})

  const code = await exited
  // The step that failed says more than the exit code.
  expect(output.text.match(/✗.*\n.*/g)).toBeNull()
  expect(code).toBe(0)
  expect(output.text).not.toContain('\u001b')
  expect(output.text.match(/✓/g)?.length).toBeGreaterThan(15)
  expect(output.text).toMatch(/All went as told\.\s*$/)
  expect(output.text).toMatch(
    /✓ APNs is given this.*\n +\{[^✓]*"apns-topic": "com\.example\.chat"[^✓]*Who has/,
  )
  expect(output.text).toMatch(/✓ FCM is given this.*\n +\{[^✓]*Who has[^✓]*"android": /)
  expect(output.text).toMatch(
    /✓ the push service can't read.*\n +\{[^✓]*"title": "alice"[^✓]*Who has/,
  )
  expect(output.text).toMatch(
    /the mail server is given this\n[^✓]*To: grace@example\.net\n[^✓]*The train/,
  )
  // Where there is no Chromium, the story has to say so.
  expect(output.text).toMatch(
    findChromium() === undefined
      ? /– Chromium's service worker .* skipped, because neither chromium/
      : /✓ Chromium's service worker .*\n +alice: Who has the tickets\?/,
  )
}, 120_000)

it('the demo stays with --keep until it is told to end, and cleans up, though Ctrl-C comes twice', async () => {
  const { child, output, exited } = runDemo({}, '--keep')
  while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data')
  const [, dataDir = ''] = /--data-dir (\S+)/.exec(output.text) ?? []

  expect(existsSync(dataDir)).toBe(true)
  expect(output.text).toContain('All went as told.')
  expect(output.text).toMatch(/^mosquitto_sub -p \d+ .* -i alice-phone /m)
  // From the terminal and from npm.
  child.kill('SIGINT')
  child.kill('SIGINT')

  expect(await exited).toBe(0)
  expect(existsSync(dataDir)).toBe(false)
})

it('the demo cleans up when it is left in the middle of the story', async () => {
  const tmp = await mkdtemp(join(tmpdir(), 'herald-demo-test-'))
  // Where root runs the tests, the server's own user has to pass.
  await chmod(tmp, 0o711)
  closeLater(() => rm(tmp, { recursive: true }))
  const { child, output, exited } = runDemo({ TMPDIR: tmp })
  while (!output.text.includes('✓')) await once(child.stdout, 'data')

  child.kill('SIGINT')
  child.kill('SIGINT')

  expect(await exited).toBe(130)
  expect(output.text).not.toContain('All went as told')
  expect(await readdir(tmp)).toEqual([])
})
