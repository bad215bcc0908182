import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Chromium, findChromium, startChromium } from '../../../demo/browser/chromium.ts'
import { type ChatStage, setChatStage } from '../../../demo/chat/chat-stage.ts'
import type { DeviceName } from '../../../demo/stage/people.ts'
import { type BrowserTab, openTab } from '../../support/browser-tab.ts'

// Whole processes, which a busy machine takes long to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let stage: ChatStage

beforeAll(async () => {
  stage = await setChatStage({ port: 0 })
})

afterAll(() => stage.strike())

describe('the page of the chat app', () => {
  it('is served with its types taken out, and nothing else is', async () => {
    const page = await fetch(`${stage.origin}/`)
    const session = await (await fetch(`${stage.origin}/session.ts`)).text()
    const secret = await fetch(`${stage.origin}/../../package.json`)

    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(session).not.toContain('interface')
    expect(() => new Function(session.replaceAll(/^(?:import .*|export )/gm, ''))).not.toThrow()
    expect(secret.status).toBe(404)
  })
})

describe.skipIf(findChromium() === undefined)(
  'two people in Chromium (skipped where neither chromium nor google-chrome is on the PATH)',
  () => {
    let chromium: Chromium
    let profile: string
    let alice: BrowserTab
    let bob: BrowserTab

    beforeAll(async () => {
      profile = await mkdtemp(join(tmpdir(), 'herald-chromium-'))
      chromium = startChromium(findChromium() ?? '', profile)
      const logIn = (device: DeviceName) => {
        const { clientId, secret } = stage.people[device]
        return openTab(chromium.devTools, `${stage.origin}/#${clientId}:${secret}`)
      }
      ;[alice, bob] = await Promise.all([logIn('alice-phone'), logIn('bob-phone')])
    })

    afterAll(async () => {
      await chromium.close()
      await rm(profile, { recursive: true, force: true })
    })

    it('see their contacts and groups', async () => {
      await alice.until(`document.querySelector('[data-id="user/bob"]')`)
      await bob.until(`document.querySelector('[data-id="group/friends"]')`)

      await alice.until(`document.title === 'alice: chat'`)
      expect(await bob.evaluate('location.hash')).toBe('')
    })

    it('write to each other, and see what is unread until they look', async () => {
      await write(alice, 'user/bob', 'Who has the tickets?')
      await bob.until(
        `document.querySelector('[data-id="user/alice"] .unread')?.textContent === '1'`,
      )
      await bob.evaluate(`document.querySelector('[data-id="user/alice"]').click()`)
      await bob.until(heard('alice: Who has the tickets?'))
      await bob.until(`document.querySelector('[data-id="user/alice"] .unread') === null`)
      await write(bob, 'user/alice', 'Dave!')

      await alice.until(heard('bob: Dave!'))
    })

    it('write to their group', async () => {
      await write(bob, 'group/friends', '<b>All aboard</b>')
      await alice.until(`document.querySelector('[data-id="group/friends"] .unread')`)
      await alice.evaluate(`document.querySelector('[data-id="group/friends"]').click()`)

      await alice.until(heard('bob: <b>All aboard</b>'))
    })

    it('become friends', async () => {
      await bob.evaluate(`(() => {
        document.querySelector('#befriend input').value = 'eve'
        document.querySelector('#befriend').requestSubmit()
      })()`)
      const { clientId, secret } = stage.people['eve-phone']
      const eve = await openTab(chromium.devTools, `${stage.origin}/#${clientId}:${secret}`)
      await eve.until(`document.querySelector('#requests li')?.textContent.startsWith('bob')`)
      await eve.evaluate(`document.querySelector('#requests button').click()`)

      await eve.until(`document.querySelector('[data-id="user/bob"]')`)
      await bob.until(`document.querySelector('[data-id="user/eve"]')`)
    })

    it('see who is online', async () => {
      await alice.until(`document.querySelector('[data-id="user/bob"].online')`)
    })
  },
)

async function write(tab: BrowserTab, conversation: string, text: string): Promise<void> {
  const button = `document.querySelector('[data-id="${conversation}"]')`
  await tab.until(button)
  await tab.evaluate(`${button}.click()`)
  await tab.until(`${button}.ariaCurrent === 'true'`)
  await tab.evaluate(`(() => {
    document.querySelector('#compose input').value = ${JSON.stringify(text)}
    document.querySelector('#compose').requestSubmit()
  })()`)
}

/** Whether a line is among what was said. */
function heard(line: string): string {
  return `[...document.querySelectorAll('#messages li')].some((item) => item.textContent === ${JSON.stringify(line)})`
}
