import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressedNotification } from '../../../src/core/delivery/notification.ts'
import { writePayload } from '../../../src/providers/fcm/fcm-payload.ts'
import type { FcmLooks } from '../../../src/providers/fcm/fcm-settings.ts'
import { aMessage } from '../../support/a-message.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
const PLAIN: FcmLooks = { channelId: undefined, silentChannelId: undefined, shownBy: 'system' }
const BY_APP: FcmLooks = { ...PLAIN, shownBy: 'app' }

describe('what does not fit', () => {
  const bytes = (payload: string, { address }: AddressedNotification) =>
    Buffer.byteLength(payload) - Buffer.byteLength(JSON.stringify(address.token)) + 2

  it('is cut, the body before the title', () => {
    const message = aMessage({}, { data: JSON.stringify('d'.repeat(1_000)) })
    const text = { title: 't'.repeat(500), body: '好'.repeat(2_000), html: undefined }

    const payload = writePayload(message, text, PLAIN, NOW)

    const { notification, data } = JSON.parse(payload).message
    expect(notification.title).toBe(text.title)
    expect(notification.body).toMatch(/^好{300,}…$/)
    expect(data.data).toBe(message.notification.data)
    expect(bytes(payload, message)).toBeGreaterThan(4_096 - 3)
  })

  it('is left out, if it was for the app and leaves no room for a text', () => {
    const message = aMessage({}, { data: JSON.stringify('"'.repeat(1_020)) })
    const text = { title: 'Ann', body: 'b'.repeat(1_000), html: undefined }

    const { notification, data } = JSON.parse(writePayload(message, text, PLAIN, NOW)).message

    expect(notification).toEqual({ title: 'Ann', body: text.body })
    expect(data).not.toHaveProperty('data')
    expect(data).toMatchObject({ 'herald.isDataLeftOut': 'true' })
  })

  it('is left out rather than leave too little of a text', () => {
    const text = { title: 'Ann', body: 'b'.repeat(1_000), html: undefined }
    const sent = Array.from({ length: 200 }, (_, length) => {
      const message = aMessage({}, { data: JSON.stringify('"'.repeat(600 + length)) })
      return JSON.parse(writePayload(message, text, PLAIN, NOW)).message
    })

    const shortest = Math.min(...sent.map(({ notification }) => notification.body.length))
    expect(shortest).toBeGreaterThan(240)
    expect(shortest).toBeLessThan(260)
    expect(sent.at(0).data).toHaveProperty('data')
    expect(sent.at(-1).data).not.toHaveProperty('data')
  })

  it('is never sent, and nothing is cut within a letter', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 2_000 })
    const data = fc.option(
      fc.string({ maxLength: 1_000 }).map((text) => JSON.stringify(text)),
      {
        nil: undefined,
      },
    )
    const looks = fc.constantFrom(PLAIN, BY_APP)
    fc.assert(
      fc.property(word, word, data, looks, fc.nat(4_096), (title, body, data, looks, length) => {
        const message = aMessage({ token: 't'.repeat(length) }, { data })

        const payload = writePayload(message, { title, body, html: undefined }, looks, NOW)

        expect(bytes(payload, message)).toBeLessThanOrEqual(4_096)
        const sent = JSON.parse(payload).message
        const text = sent.notification ?? sent.data
        expectBeginning(text.title, title)
        expectBeginning(text.body, body)
      }),
      { seed: 4, numRuns: 60 },
    )
  })
})

/** The whole, or some of its letters and an ellipsis, or nothing. */
function expectBeginning(part: string, whole: string): void {
  if (part === whole || part === '') return
  expect(part.endsWith('…')).toBe(true)
  const letters = [...new Intl.Segmenter('und').segment(whole)].map(({ segment }) => segment)
  const kept = part.slice(0, -1)
  const ends = letters.map((_, count) => letters.slice(0, count).join('').trimEnd())
  expect(ends).toContain(kept)
}
