import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RenderedText } from '../../../src/core/delivery/rendered-text.ts'
import { writeHeaders, writePayload } from '../../../src/providers/webpush/webpush-payload.ts'
import { aMessage } from '../../support/a-message.ts'
import { sized } from '../../support/size.ts'

const KEY = Buffer.alloc(32, 7)
const BYTES_MAX = 3993

function aText(title = 'Ann', body = 'hi'): RenderedText {
  return { title, body, html: undefined }
}

function payloadOf(notification: Parameters<typeof aMessage>[1], text = aText()) {
  return JSON.parse(writePayload(aMessage({}, notification), text).toString())
}

describe('a payload', () => {
  it.each([
    ['its delivery', {}, `user/ann#${aMessage().ref}`],
    ['its conversation, where it tells of several messages', { messages: 3 }, 'user/ann'],
    ['what the sender says', { collapseKey: 'call-7', messages: 3 }, 'user/ann#call-7'],
  ])('is tagged with %s', (_, notification, tag) => {
    expect(payloadOf(notification).tag).toBe(tag)
  })

  it('says whether it makes no sound', () => {
    expect(payloadOf({ isSilent: true }).silent).toBe(true)
  })

  it('has the data of its sender', () => {
    expect(payloadOf({ data: '{"a":1}' }).data).toBe('{"a":1}')
    expect(payloadOf({})).not.toHaveProperty('data')
  })

  it('leaves out data that would leave no room for words, and says so', () => {
    const payload = payloadOf({ data: '"'.repeat(2_048) }, aText('Ann', 'hello '.repeat(1_000)))

    expect(payload).not.toHaveProperty('data')
    expect(payload.isDataLeftOut).toBe(true)
    expect(payload.title).toBe('Ann')
    expect(payload.body).toMatch(/^hello hello .*…$/)
  })

  it('is cut at its body first', () => {
    const payload = payloadOf(
      { data: 'd'.repeat(2_048) },
      aText('t'.repeat(256), '👨‍👩‍👧'.repeat(500)),
    )

    expect(payload.data).toHaveLength(2_048)
    expect(payload.title).toBe('t'.repeat(256))
    expect(payload.body).toMatch(/^(👨‍👩‍👧)+…$/u)
  })

  it('never has more bytes than a push service takes, and uses what there is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4_000 }),
      fc.string({ unit: 'binary', maxLength: 4_000 }),
      fc.nat(4_000).map((n) => '"'.repeat(n)),
      fc.nat(2_000).map((n) => '👩🏽‍🚀'.repeat(n)),
    )
    const data = fc.option(fc.string({ unit: 'binary', maxLength: 2_048 }), { nil: undefined })
    fc.assert(
      fc.property(text, text, data, (title, body, data) => {
        const bytes = writePayload(aMessage({}, { data }), aText(title, body))

        expect(bytes.length).toBeLessThanOrEqual(BYTES_MAX)
        const payload = JSON.parse(bytes.toString())
        const isWhole = payload.title === title && payload.body === body
        if (!isWhole) expect(`${payload.title}${payload.body}`).toContain('…')
        // No more is missing than the grapheme that has no room, and white space before it.
        if (!isWhole && !/\s/.test(body)) expect(bytes.length).toBeGreaterThan(BYTES_MAX - 200)
      }),
      { numRuns: sized(100, 2_000), seed: 3993 },
    )
  })
})

describe('headers', () => {
  const topicOf = (notification: Parameters<typeof aMessage>[1], key = KEY) =>
    writeHeaders(aMessage({}, notification), key, 0).topic

  it('have a topic that fits every push service', () => {
    expect(topicOf({})).toMatch(/^[A-Za-z0-9]{32}$/)
  })

  it('have the same topic for what replaces each other', () => {
    expect(topicOf({ messages: 2 })).toBe(topicOf({ messages: 5, messageId: '1'.repeat(32) }))
    expect(topicOf({ collapseKey: 'a' })).toBe(topicOf({ collapseKey: 'a', messages: 9 }))
    expect(topicOf({})).toBe(topicOf({}))
  })

  it('have another topic for the same key in another conversation', () => {
    expect(topicOf({ collapseKey: 'a' })).not.toBe(
      topicOf({ collapseKey: 'a', conversation: 'user/eve' }),
    )
  })

  it('have other topics for all else', () => {
    const topics = [{}, { messages: 2 }, { collapseKey: 'a' }, { collapseKey: 'b' }].map((one) =>
      topicOf(one),
    )

    expect(new Set(topics).size).toBe(4)
  })

  it('do not tell the push service what the topic is', () => {
    expect(topicOf({ messages: 2 })).not.toBe(topicOf({ messages: 2 }, Buffer.alloc(32, 8)))
  })
})
