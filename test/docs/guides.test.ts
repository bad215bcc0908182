import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startHeraldProcess } from '../../demo/stage/herald-process.ts'
import { ROOT, readPage } from './pages.ts'

/** What stands in the fences of a page that are in `language`. */
function blocksOf(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...readPage(page).text.matchAll(fence)].map(([, block = '']) => block)
}

describe('the guide to a chat app', () => {
  it('shows what the app does, word for word', async () => {
    const session = await readFile(join(ROOT, 'demo/chat/page/session.ts'), 'utf8')
    const blocks = blocksOf('docs/guides/chat-app.md', 'ts')

    expect(blocks.length).toBeGreaterThan(4)
    for (const block of blocks) expect(session).toContain(block)
  })
})

describe('the guide for an existing user base', () => {
  it('does what it says, as it is typed', async () => {
    const [start = '', ...commands] = blocksOf('docs/guides/existing-users.md', 'sh')
    const settings = [...start.matchAll(/(HERALD_\w+)=(\S+)/g)].map(([, name, value]) => [
      name,
      value,
    ])
    const lines = await runTyped(commands.join(''), Object.fromEntries(settings))

    const [login = '', me = '', devices = '', done = '', refusals = ''] = lines
    expect(JSON.parse(login)).toMatchObject({ result: 'allow' })
    expect(JSON.parse(me)).toMatchObject({ uid: '4711' })
    expect(JSON.parse(devices)).toMatchObject({ items: [{ clientId: '4711-phone' }] })
    expect(JSON.parse(done)).toMatchObject({ state: 'done', lines: 5, added: 4, refused: 1 })
    expect(JSON.parse(refusals)).toMatchObject({ items: [{ line: 5, code: 'USER_NOT_FOUND' }] })
  })
})

describe('the tour of the README', () => {
  it('changes people over the REST API, as it is typed', async () => {
    const [commands = ''] = blocksOf('README.md', 'sh').filter((block) => block.includes('api() {'))

    const lines = await runTyped(`npm run -s herald -- seed > seeded\n${commands}`)

    const [frank = '', member = '', members = '', disabled = '', audit = ''] = lines
    expect(JSON.parse(frank)).toMatchObject({ uid: 'frank', displayName: 'Frank' })
    expect(JSON.parse(member)).toMatchObject({ gid: 'friends', uid: 'frank', role: 'member' })
    expect(JSON.parse(members).items).toHaveLength(2)
    expect(JSON.parse(disabled).disabledAt).not.toBeNull()
    const actions = JSON.parse(audit).items.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(['user.patch', 'user.create'])
  })
})

/** The lines that commands print beside a Herald of their own; they take it for that of the page. */
async function runTyped(
  commands: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'herald-guide-'))
  const data = { HERALD_DATA_DIR: join(folder, 'data'), HERALD_LOG_LEVEL: 'error' }
  // Where root runs the tests, the server's own user has to pass.
  await chmod(folder, 0o711)
  const herald = await startHeraldProcess({ ...settings, ...data, HERALD_PORT: '0' })
  try {
    const script = `npm() { command npm --prefix '${ROOT}' "$@"; }\n${commands}`
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-ec', script.replaceAll('http://127.0.0.1:8080', herald.url)],
      { cwd: folder, env: { ...process.env, ...data } },
    )
    return stdout.trim().split('\n')
  } finally {
    await herald.stop()
    await rm(folder, { recursive: true })
  }
}
