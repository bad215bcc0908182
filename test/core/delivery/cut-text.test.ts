import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, jsonSize, utf8Size } from '../../../src/core/delivery/cut-text.ts'

describe('a text that is cut', () => {
  it.each([
    ['stays as it is where it fits', 'Grüße', 7, 'Grüße'],
    ['is shortened to the limit', 'Good morning', 9, 'Good m…'],
    ['keeps no space before its ellipsis', 'Good morning', 8, 'Good…'],
    ['keeps a family together', 'a👨‍👩‍👧b', 19, 'a…'],
    ['keeps a letter with its accent', 'e\u0301e\u0301', 5, '…'],
    ['is empty where nothing has room', 'Good', 2, ''],
  ])('%s', (_, text, max, expected) => {
    expect(cutText(text, max, utf8Size)).toBe(expected)
  })

  it('counts what JSON makes of it', () => {
    expect(jsonSize('"\n\u0000ü')).toBe(2 + 2 + 6 + 2)
  })

  it('is never longer than the limit, and well-formed', () => {
    const texts = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(texts, fc.nat(60), fc.constantFrom(utf8Size, jsonSize), (text, max, size) => {
        const cut = cutText(text, max, size)

        expect(size(cut)).toBeLessThanOrEqual(max)
        expect(cut.isWellFormed()).toBe(text.isWellFormed())
      }),
      { seed: 4 },
    )
  })
})
