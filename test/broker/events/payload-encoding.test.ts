import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePayload } from '../../../src/broker/events/payload-encoding.ts'
import { sized } from '../../support/size.ts'

const RUNS = { seed: 4, numRuns: sized(500, 20_000) }

describe('a payload', () => {
  it('is the same again out of base64', () => {
    const property = fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('base64')
      expect([...decodePayload(text, 'base64')]).toEqual([...bytes])
    })

    fc.assert(property, RUNS)
  })

  it('is the same again out of base62, as EMQX 4 writes it', () => {
    const property = fc.property(fc.uint8Array(), (bytes) => {
      expect([...decodePayload(encodeBase62(bytes), 'base62')]).toEqual([...bytes])
    })

    fc.assert(property, RUNS)
  })

  it.each(['a', 'ab', 'abc', 'ab=c', 'YQ', 'YQ=', '====', 'a b=', 'YW!h', 'YWE=YWE='])(
    'is no base64: %s',
    (text) => {
      expect(() => decodePayload(text, 'base64')).toThrow('must be base64')
    },
  )

  it.each(['A', 'ABCDE', 'AB+D', 'AB9', '9D', 'A9C', 'AB8', 'AA=='])('is no base62: %s', (text) => {
    expect(() => decodePayload(text, 'base62')).toThrow('must be base62')
  })

  it('is no text with half a character in it', () => {
    expect(() => decodePayload('\ud83d', 'plain')).toThrow('well-formed')
  })
})

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345678'

/** By the bit: six at a time, the last two or four as they are. */
function encodeBase62(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const sixes = bits.match(/.{1,6}/g) ?? []
  return sixes
    .map((six) => Number.parseInt(six, 2))
    .map((value) => LETTERS[value] ?? `9${'ABC'[value - 61]}`)
    .join('')
}
