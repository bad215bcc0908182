import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalPhone, phoneFault } from '../../../src/providers/sms/e164.ts'
import { cutSms, segmentsOf } from '../../../src/providers/sms/sms-segments.ts'

describe('a text of', () => {
  it.each([
    ['160 letters', 'a'.repeat(160), 1],
    ['161 letters', 'a'.repeat(161), 2],
    ['306 letters', 'a'.repeat(306), 2],
    ['307 letters', 'a'.repeat(307), 3],
    ['80 euros, two septets each', '€'.repeat(80), 1],
    ['81 euros', '€'.repeat(81), 2],
    // 152 septets and half a euro would be the first segment: the escape is not torn off.
    ['euros that do not fit together', '€'.repeat(153), 3],
    ['70 Chinese characters', '你'.repeat(70), 1],
    ['71 Chinese characters', '你'.repeat(71), 2],
    ['134 Chinese characters', '你'.repeat(134), 2],
    ['135 Chinese characters', '你'.repeat(135), 3],
    ['35 faces, two units each', '😀'.repeat(35), 1],
    ['67 faces that do not fit together', '😀'.repeat(67), 3],
    ['Turkish ğ, which GSM has not', `ğ${'a'.repeat(70)}`, 2],
  ])('%s is charged as it is', (_, text, segments) => {
    expect(segmentsOf(text)).toBe(segments)
  })
})

describe('a text that is too long', () => {
  it('is cut to 160 septets, with dots that GSM has', () => {
    const cut = cutSms('a'.repeat(200), 1)

    expect(cut).toBe(`${'a'.repeat(157)}...`)
  })

  it('is cut to 70 units where a character is none of GSM', () => {
    expect(cutSms('你'.repeat(100), 1)).toBe(`${'你'.repeat(69)}…`)
  })

  it('is written in plain quotation marks where GSM has all the rest', () => {
    const text = '“It’s late” – Ann…'

    expect(cutSms(text, 1)).toBe('"It\'s late" - Ann...')
    expect(cutSms(`${text} 你`, 1)).toBe(`${text} 你`)
  })

  it('is cut to as many messages as may be', () => {
    expect(cutSms('a'.repeat(400), 2)).toBe(`${'a'.repeat(303)}...`)
  })

  it('is not cut inside a face', () => {
    expect(cutSms('👨‍👩‍👧'.repeat(20), 1)).toBe(`${'👨‍👩‍👧'.repeat(8)}…`)
  })

  it('is never longer than it may be, and is the same where it fits', () => {
    const characters = fc.constantFrom('a', '€', '你', '😀', 'e\u0301', '[', 'ß', '\n')
    const texts = fc.array(characters, { maxLength: 400 }).map((list) => list.join(''))
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 4 }), (text, max) => {
        const cut = cutSms(text, max)
        const whole = text.normalize('NFC').trim()
        expect(segmentsOf(cut)).toBeLessThanOrEqual(max)
        expect(cut === whole).toBe(segmentsOf(whole) <= max)
      }),
    )
  })
})

describe('a phone number', () => {
  it.each(['+4930123456', '+49 (30) 123-456', '+8613800138000'])('%s is one', (token) => {
    expect(phoneFault(token)).toBeUndefined()
    expect(canonicalPhone(token)).toMatch(/^\+\d+$/)
  })

  it.each([
    '',
    '4930123456',
    '+0301234567',
    '+49',
    '+1234567890123456',
    '+49abc1234567',
    'tel:+4930123456',
  ])('%j is none', (token) => {
    expect(phoneFault(token)).toContain('E.164')
  })
})
