import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { writePayload } from '../../../src/providers/webpush/webpush-payload.ts'
import { aMessage } from '../../support/a-message.ts'

const WORKER = readFileSync(new URL('../../../demo/web/service-worker.js', import.meta.url), 'utf8')

type Listener = (event: object) => void

interface Page {
  focus(): Promise<void>
  postMessage(message: unknown): void
}

/** As much of a browser as a service worker sees. */
function openWorker(pages: readonly Page[] = []) {
  const listeners = new Map<string, Listener>()
  const shown: unknown[][] = []
  const badges: number[] = []
  const opened: string[] = []
  const self = {
    addEventListener: (kind: string, listener: Listener) => listeners.set(kind, listener),
    registration: { showNotification: async (...args: unknown[]) => void shown.push(args) },
    navigator: {
      setAppBadge: async (badge: number) => void badges.push(badge),
      clearAppBadge: async () => void badges.push(0),
    },
    clients: {
      matchAll: async () => pages,
      openWindow: async (url: string) => void opened.push(url),
    },
  }
  runInContext(WORKER, createContext({ self, encodeURIComponent }))
  async function fire(kind: string, event: object) {
    const waits: unknown[] = []
    listeners.get(kind)?.({ ...event, waitUntil: (promise: unknown) => waits.push(promise) })
    await Promise.all(waits)
  }
  return { fire, shown, badges, opened }
}

/** As the browser hands it over once it has decrypted it. */
function pushed(notification: Parameters<typeof aMessage>[1]) {
  const bytes = writePayload(aMessage({}, notification), {
    title: 'Ann',
    body: 'hi',
    html: undefined,
  })
  return { data: { json: () => JSON.parse(bytes.toString()) } }
}

const HERALD = expect.objectContaining({ ref: aMessage().ref, conversation: 'user/ann' })

describe('the service worker of the demo', () => {
  it('shows what Herald sends', async () => {
    const { fire, shown, badges } = openWorker()

    await fire('push', pushed({ messages: 2, badge: 4, data: '{"room":7}' }))

    expect(shown).toEqual([
      [
        'Ann',
        {
          body: 'hi',
          tag: 'user/ann',
          silent: false,
          renotify: true,
          data: { herald: HERALD, data: '{"room":7}' },
        },
      ],
    ])
    expect(badges).toEqual([4])
  })

  it('makes no sound where there shall be none', async () => {
    const { fire, shown, badges } = openWorker()

    await fire('push', pushed({ isSilent: true, badge: 0 }))

    expect(shown[0]?.[1]).toMatchObject({ silent: true, renotify: false })
    expect(badges).toEqual([0])
  })

  it('brings the app to the front at a click', async () => {
    const told: unknown[] = []
    const page = {
      focus: async () => void told.push('focus'),
      postMessage: (m: unknown) => told.push(m),
    }
    const { fire, opened } = openWorker([page])

    await fire('notificationclick', clicked())

    expect(told).toEqual(['focus', { kind: 'open', conversation: 'user/ann', ref: 'ref-1' }])
    expect(opened).toEqual([])
  })

  it('opens the app at a click where it is closed', async () => {
    const { fire, opened } = openWorker()

    await fire('notificationclick', clicked())

    expect(opened).toEqual(['./?conversation=user%2Fann'])
  })
})

function clicked() {
  const herald = { conversation: 'user/ann', ref: 'ref-1' }
  return { notification: { close: () => {}, data: { herald } } }
}
