import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { previewOf } from '../../../src/core/reach/preview.ts'
import { sized } from '../../support/size.ts'

const FAMILY = '👨‍👩‍👧‍👦'

describe('a preview', () => {
  it('is the text where that is short', () => {
    expect(previewOf(`Grüße ${FAMILY}`, 1024)).toBe(`Grüße ${FAMILY}`)
  })

  it('takes as much as the bytes hold', () => {
    expect(previewOf('a'.repeat(2_000), 1024)).toBe('a'.repeat(1024))
    expect(previewOf('好'.repeat(2_000), 1024)).toBe('好'.repeat(341))
  })

  it.each([
    ['a family of emoji', FAMILY],
    ['a letter with combining marks', 'e\u0301\u0323'],
    ['a flag', '🇩🇪'],
    ['a Hangul syllable in parts', '\u1112\u1161\u11ab'],
    ['a line break of two characters', '\r\n'],
  ])('is never cut within %s', (_, grapheme) => {
    const before = 'x'.repeat(41 - Buffer.byteLength(grapheme))

    expect(previewOf(`${before}${grapheme} and more`, 40)).toBe(before)
    expect(previewOf(`x${grapheme.repeat(40)}`, 40)).toBe(
      `x${grapheme.repeat(Math.floor(39 / Buffer.byteLength(grapheme)))}`,
    )
  })

  it('is cut as if the whole text had been taken apart', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom(
        FAMILY,
        '🇩🇪',
        '🇫🇷',
        'e\u0301',
        '\r\n',
        '\r',
        '\n',
        'ab',
        ' ',
        '\u0600',
        '\u200d',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
        fc.integer({ min: 1, max: 600 }),
        (text, bytesMax) => {
          expect(previewOf(text, bytesMax)).toBe(cutWhole(text, bytesMax))
        },
      ),
      { numRuns: sized(300, 20_000), seed: 3 },
    )
  })

  it('cuts a grapheme without end in the middle, rather than to show nothing', () => {
    const zalgo = `a${'\u0301'.repeat(5_000)}`

    expect(Buffer.byteLength(previewOf(`hello ${zalgo}`, 1024))).toBe(1023)
  })

  it('has no U+0000 and no half of a surrogate pair', () => {
    expect(previewOf('a\0b\ud83dc', 1024)).toBe('ab\ufffdc')
  })

  it('costs almost nothing where the text is long', () => {
    const text = `${FAMILY} `.repeat(40_000)
    const startedAt = performance.now()
    for (let n = 0; n < 100; n++) previewOf(text, 1024)

    // Taking the whole text apart takes some 100 ms each time.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})

function cutWhole(text: string, bytesMax: number): string {
  let cut = ''
  for (const { segment } of new Intl.Segmenter('en').segment(text.replaceAll('\0', ''))) {
    if (Buffer.byteLength(cut + segment) > bytesMax) break
    cut += segment
  }
  return cut
}
