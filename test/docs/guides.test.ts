import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
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
    const dataDir = await mkdtemp(join(tmpdir(), 'herald-guide-'))
    const herald = await startHeraldProcess({
      ...Object.fromEntries(settings),
      HERALD_DATA_DIR: dataDir,
      HERALD_PORT: '0',
      HERALD_LOG_LEVEL: 'error',
    })
    const script = commands.join('').replaceAll('http://127.0.0.1:8080', herald.url)
    const { stdout } = await promisify(execFile)('bash', ['-ec', script])
    await herald.stop()
    await rm(dataDir, { recursive: true })

    const [login = '', me = '', devices = ''] = stdout.trim().split('\n')
    expect(JSON.parse(login)).toMatchObject({ result: 'allow' })
    expect(JSON.parse(me)).toMatchObject({ uid: '4711' })
    expect(JSON.parse(devices)).toMatchObject({ items: [{ clientId: '4711-phone' }] })
  })
})
