import assert from 'node:assert/strict'
import type { Browser } from '../browser/browser.ts'
import type { BrowserPush } from '../peers/push-service.ts'
import { ANDROID_TOKEN, IPHONE_TOKEN, MAILBOX } from '../stage/readers.ts'
import type { Stage } from '../stage/stage.ts'
import type { Cast } from './cast.ts'
import { inTime } from './patience.ts'
import type { Story } from './story.ts'

const QUESTION = 'Who has the tickets?'
const LETTER = 'The train leaves at nine.'

/** Notifications on their way out of Herald; peers on this machine stand in for the vendors. */
export async function playProviders(stage: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter(
    'Frank is away. Herald asks Apple, Google and a browser maker, played by local peers.',
  )
  await story.step('Alice writes to Frank, who has two phones and a browser', async () => {
    assert.equal(await cast.at('alice-phone').publish('user/frank/inbox/alice', QUESTION), 0)
  })
  await apns(stage, story)
  await fcm(stage, story)
  await webpush(stage, story)
  await email(stage, story, cast)
}

async function apns({ peers }: Stage, story: Story): Promise<void> {
  await story.step('APNs is given this for his iPhone', async () => {
    const wanted = peers.apns.inbox.next((push) => push.deviceToken === IPHONE_TOKEN)
    const { headers, body } = await inTime(wanted, 'push at the APNs peer')
    return asJson({ headers, body }, QUESTION)
  })
}

async function fcm({ peers }: Stage, story: Story): Promise<void> {
  await story.step('FCM is given this for his Android phone', async () => {
    const wanted = peers.fcm.inbox.next(({ message }) => message.token === ANDROID_TOKEN)
    return asJson(await inTime(wanted, 'message at the FCM peer'), QUESTION)
  })
}

async function webpush({ peers, browser }: Stage, story: Story): Promise<void> {
  let push: BrowserPush | undefined
  await story.step("the push service can't read what it is given; the browser can", async () => {
    push = await inTime(
      peers.webpush.inbox.next(() => true),
      'push at the push service',
    )
    return asJson(JSON.parse(push.text), QUESTION)
  })
  if (push !== undefined) await show(await opening(browser.opened), push, story)
}

/** Subscribing takes the browser maker's own service, so what was decrypted is handed over by DevTools. */
async function show(browser: Browser | Error, { text }: BrowserPush, story: Story): Promise<void> {
  const sentence = "Chromium's service worker shows it, handed over by DevTools"
  if (browser instanceof Error) {
    story.skip(sentence, browser.message)
    return
  }
  await story.step(sentence, async () => {
    const { title, body, tag } = JSON.parse(text)
    const shown = await inTime(browser.push(text, tag), 'notification in Chromium')
    assert.deepEqual(shown, { title, body, tag })
    return `${shown.title}: ${shown.body}`
  })
}

async function opening(opened: Promise<Browser>): Promise<Browser | Error> {
  try {
    return await inTime(opened, 'page in Chromium')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function email({ peers }: Stage, story: Story, cast: Cast): Promise<void> {
  story.chapter('Grace has a mailbox and nothing else.')
  await story.step('Alice writes to Grace, and the mail server is given this', async () => {
    assert.equal(await cast.at('alice-phone').publish('user/grace/inbox/alice', LETTER), 0)
    const wanted = peers.email.inbox.next(({ to }) => to.includes(MAILBOX))
    const { text } = await inTime(wanted, 'mail at the mail catcher')
    assert(text.includes(LETTER))
    return text
  })
}

function asJson(value: unknown, quote: string): string {
  const text = JSON.stringify(value, null, 2)
  assert(text.includes(quote))
  return text
}
