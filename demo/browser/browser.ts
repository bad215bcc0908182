import { findChromium, startChromium } from './chromium.ts'
import type { DevTools, DevToolsEvent } from './devtools.ts'
import { openPageServer } from './page-server.ts'

/** What Chromium says that it has shown. */
export interface Shown {
  readonly tag: string
  readonly title: string
  readonly body: string
}

/** Chromium on the demo's page, whose service worker is at work. */
export interface Browser {
  /** Hands a message to the service worker; resolves when Chromium has shown a notification with that tag. */
  push(text: string, tag: string): Promise<Shown>
}

export interface BrowserWindow {
  /** Rejects with the reason where there is no browser. */
  readonly opened: Promise<Browser>
  close(): Promise<void>
}

/** Begins to open it, which takes a while. */
export async function openBrowser(profileDir: string): Promise<BrowserWindow> {
  const program = findChromium()
  if (program === undefined) return absent('neither chromium nor google-chrome is on the PATH')
  const page = await openPageServer()
  const chromium = startChromium(program, profileDir)
  const opened = openPage(chromium.devTools, page.origin)
  // Told where it is asked for.
  opened.catch(() => {})
  return {
    opened,
    async close() {
      await chromium.close()
      await page.close()
    },
  }
}

function absent(reason: string): BrowserWindow {
  const opened = Promise.reject(new Error(reason))
  opened.catch(() => {})
  return { opened, close: async () => {} }
}

async function openPage(devTools: DevTools, origin: string): Promise<Browser> {
  await devTools.send('Browser.grantPermissions', { origin, permissions: ['notifications'] })
  const { targetId } = await devTools.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (method: string, params: object = {}) => devTools.send(method, params, sessionId)
  await send('ServiceWorker.enable')
  // Chromium's own record of what was shown.
  await send('BackgroundService.startObserving', { service: 'notifications' })
  await send('BackgroundService.setRecording', { service: 'notifications', shouldRecord: true })
  const activated = devTools.event(activatedWorker)
  // Where the browser is closed before anybody waits for it.
  activated.catch(() => {})
  await send('Page.navigate', { url: `${origin}/` })
  const registrationId = await activated

  return {
    async push(text, tag) {
      const shown = devTools.event((event) => shownNotification(event, tag))
      shown.catch(() => {})
      await send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: text })
      return shown
    },
  }
}

/** Its registration. */
function activatedWorker({ method, params }: DevToolsEvent): string | undefined {
  if (method !== 'ServiceWorker.workerVersionUpdated') return undefined
  return params.versions?.find(({ status }) => status === 'activated')?.registrationId
}

function shownNotification({ params }: DevToolsEvent, tag: string): Shown | undefined {
  const event = params.backgroundServiceEvent
  if (event?.eventName !== 'Notification displayed' || event.instanceId !== tag) return undefined
  const fields = new Map(event.eventMetadata.map(({ key, value }) => [key, value]))
  return { tag, title: fields.get('Title') ?? '', body: fields.get('Body') ?? '' }
}
