import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notification } from '../../../src/core/delivery/notification.ts'
import type { RenderedText } from '../../../src/core/delivery/rendered-text.ts'
import { writeApnsPush } from '../../../src/providers/apns/apns-payload.ts'
import { aMessage } from '../../support/a-message.ts'
import { type ApnsWorld, DEVICE, NOON, openApnsWorld } from '../../support/apns-world.ts'
import { sized } from '../../support/size.ts'

const REF = `20261125-${'0'.repeat(32)}-1`

describe('a push', () => {
  it('shows a message', () => {
    const push = write({ badge: 3, expiresAt: NOON + 999, data: '{"room":[1,2]}' })

    expect(push).toMatchObject({
      deviceToken: DEVICE,
      topic: 'com.example.chat',
      pushType: 'alert',
      priority: '10',
      expiration: String(NOON / 1_000),
      collapseId: REF,
    })
    expect(bodyOf(push)).toEqual({
      aps: {
        alert: { title: 'Ann', body: 'hi' },
        badge: 3,
        sound: 'default',
        'thread-id': 'user/ann',
        'mutable-content': 1,
      },
      herald: {
        ref: REF,
        kind: 'direct-message',
        conversation: 'user/ann',
        messageId: '0'.repeat(32),
        data: { room: [1, 2] },
      },
    })
  })

  it.each([
    ['normal', false, '10'],
    ['high', false, '10'],
    ['normal', true, '5'],
    ['high', true, '10'],
  ] as const)('of %s priority, silent: %s, has %s at Apple', (priority, isSilent, expected) => {
    const push = write({ priority, isSilent })

    expect(push?.priority).toBe(expected)
    expect('sound' in apsOf(push)).toBe(!isSilent)
  })

  it('that takes a notification away is nothing but a new badge', () => {
    const push = write({ kind: 'clear', badge: 0 }, { text: undefined })

    expect(push).toMatchObject({ pushType: 'alert', priority: '5', collapseId: REF })
    expect(bodyOf(push)).toMatchObject({ herald: { kind: 'clear', conversation: 'user/ann' } })
    expect(apsOf(push)).toEqual({ badge: 0 })
  })

  it('that shows nothing wakes the app in the background', () => {
    const push = write({ data: '7' }, { text: undefined })

    expect(push).toMatchObject({ pushType: 'background', priority: '5' })
    expect(bodyOf(push)).toMatchObject({ aps: { 'content-available': 1 }, herald: { data: 7 } })
    expect(Object.keys(apsOf(push))).toEqual(['content-available'])
  })

  it('of a call has the topic, the priority and the room of VoIP', () => {
    const push = write({ body: 'x'.repeat(9_000) }, { isVoip: true, text: LONG })

    expect(push).toMatchObject({
      topic: 'com.example.chat.voip',
      pushType: 'voip',
      priority: '10',
    })
    expect(Buffer.byteLength(push?.body ?? '')).toBe(5_120)
    expect(Object.keys(apsOf(push))).toEqual(['alert'])
  })

  it('of a call can’t take a notification away', () => {
    expect(write({ kind: 'clear' }, { isVoip: true, text: undefined })).toBeUndefined()
  })

  it('has an id of its delivery, the same at every attempt', () => {
    const messageId = '0006447af2ad4c7ef44600000a3b0001'
    const ids = [
      write({ messageId }),
      write({ messageId, badge: 9 }),
      write({ messageId: messageId.replace(/1$/, '2') }),
      write({ messageId }, { addressId: '9223372036854775807' }),
    ].map((push) => push?.id)

    expect(ids[0]).toBe('0006447a-f2ad-8c7e-8001-000000000001')
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
    expect(ids[3]).toMatch(/^0006447a-f2ad-8c7e-8001-[0-9a-f]{12}$/)
  })

  it('is now or never where it has expired', () => {
    expect(write({ expiresAt: -5 })?.expiration).toBe('0')
  })
})

describe('what a push replaces', () => {
  it('is the same delivery', () => {
    expect(write({})?.collapseId).toBe(REF)
  })

  it('is what was shown of the conversation, where it stands for several messages', () => {
    expect(write({ messages: 2 })?.collapseId).toBe('user/ann')
    expect(write({ messages: 2, conversation: 'user/安' })?.collapseId).toMatch(/^[\w-]{43}$/)
    expect(write({ messages: 2, conversation: `user/${'x'.repeat(90)}` })?.collapseId).toMatch(
      /^[\w-]{43}$/,
    )
  })

  it('is what has the sender’s key, in the same conversation only', () => {
    const [one, again, elsewhere, other] = [
      write({ collapseKey: 'score', messages: 3 }),
      write({ collapseKey: 'score' }),
      write({ collapseKey: 'score', conversation: 'user/eve' }),
      write({ collapseKey: 'goal' }),
    ].map((push) => push?.collapseId)

    expect(one).toMatch(/^[\w-]{43}$/)
    expect(again).toBe(one)
    expect(elsewhere).not.toBe(one)
    expect(other).not.toBe(one)
  })
})

describe('a push that is too long', () => {
  it('loses the end of its body first', () => {
    const { alert, herald } = readAlert(write({}, { text: LONG }))

    expect(alert.title).toBe(LONG.title)
    expect(alert.body).toMatch(/^(👩‍👩‍👧)+…$/u)
    expect(herald.isDataCut).toBeUndefined()
  })

  it('loses the end of its title where the body is gone', () => {
    const text = { title: '安'.repeat(3_000), body: 'hello', html: undefined }
    const { alert } = readAlert(write({}, { text }))

    expect(alert.body).toBe('')
    expect(alert.title).toMatch(/^安+…$/)
  })

  it('keeps data that leaves a kilobyte for the text', () => {
    const { alert, herald } = readAlert(write({ data: dataOf(2_000) }, { text: LONG }))

    expect(herald.data).toBe('x'.repeat(2_000))
    expect(Buffer.byteLength(alert.body)).toBeGreaterThan(1_000)
  })

  it('loses data that leaves less, and says so', () => {
    const { alert, herald } = readAlert(write({ data: dataOf(3_000) }, { text: LONG }))

    expect(herald).not.toHaveProperty('data')
    expect(herald.isDataCut).toBe(true)
    expect(Buffer.byteLength(alert.body)).toBeGreaterThan(3_000)
  })

  it('loses data also where it shows nothing', () => {
    const push = write({ data: dataOf(5_000) }, { text: undefined })

    expect(bodyOf(push)).toMatchObject({ herald: { isDataCut: true } })
  })

  it('never has more bytes than Apple takes, nor a letter cut in half', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 3_000, size: 'max' })
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    const messages = fc.record({
      title: texts,
      body: texts,
      conversation: names,
      data: fc.option(fc.json({ maxDepth: 3 }), { nil: undefined }),
      isVoip: fc.boolean(),
    })

    fc.assert(
      fc.property(messages, ({ title, body, conversation, data, isVoip }) => {
        const text = { title, body, html: undefined }
        const push = write({ conversation, data }, { text, isVoip })
        const { alert } = readAlert(push)

        expect(Buffer.byteLength(push?.body ?? '')).toBeLessThanOrEqual(isVoip ? 5_120 : 4_096)
        expect(isCutOf(alert.body, body)).toBe(true)
        expect(isCutOf(alert.title, title)).toBe(true)
      }),
      { seed: 4, numRuns: sized(150, 5_000) },
    )
  })
})

describe('a preview', () => {
  let world: ApnsWorld
  beforeAll(async () => {
    world = await openApnsWorld()
  })
  afterAll(() => world.close())

  it('is what is sent, without what proves who we are', async () => {
    const message = aMessage({ token: DEVICE }, { messages: 4, data: '{"a":1}', expiresAt: NOON })

    const { target, headers, body } = world.alerts.preview(message)
    await world.alerts.send(message, new AbortController().signal)
    const [sent] = world.peer.received

    expect(target).toBe(`${sent?.method} ${world.peer.endpoint}${sent?.path}`)
    expect(body).toBe(sent?.body)
    expect({ ...sent?.headers }).toMatchObject(headers)
    expect(Object.keys(headers).toSorted()).toEqual(
      Object.keys(sent?.headers ?? {})
        .filter((name) => name.startsWith('apns-'))
        .toSorted(),
    )
  })
})

const LONG: RenderedText = { title: 'Ann', body: '👩‍👩‍👧'.repeat(900), html: undefined }

interface WriteOptions {
  readonly text?: RenderedText | undefined
  readonly isVoip?: boolean
  readonly addressId?: string
}

function write(notification: Partial<Notification>, options: WriteOptions = {}) {
  const { isVoip = false, addressId = '1' } = options
  const text = 'text' in options ? options.text : { title: 'Ann', body: 'hi', html: undefined }
  const app = { bundleId: 'com.example.chat', sound: 'default', isVoip, render: () => text }
  return writeApnsPush(aMessage({ token: DEVICE, id: addressId }, notification), app)
}

type Written = ReturnType<typeof write>

function bodyOf(push: Written): Record<string, Record<string, unknown>> {
  return JSON.parse(push?.body ?? '')
}

function apsOf(push: Written): Record<string, unknown> {
  return bodyOf(push).aps ?? {}
}

function readAlert(push: Written): {
  alert: { title: string; body: string }
  herald: Record<string, unknown>
} {
  const { aps, herald } = JSON.parse(push?.body ?? '')
  return { alert: aps.alert, herald }
}

function dataOf(length: number): string {
  return JSON.stringify('x'.repeat(length))
}

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Whether `cut` is `whole`, or begins as it does, up to the end of a letter. */
function isCutOf(cut: string, whole: string): boolean {
  if (cut === whole || cut === '') return true
  if (!cut.endsWith('…')) return false
  const kept = cut.slice(0, -1)
  let prefix = ''
  for (const { segment } of SEGMENTER.segment(whole)) {
    if (prefix.trimEnd() === kept) return true
    prefix += segment
  }
  return false
}
