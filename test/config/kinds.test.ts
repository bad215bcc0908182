import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { host, isLoopback, network } from '../../src/config/kinds/address-kinds.ts'
import { choice, list, onOff } from '../../src/config/kinds/choice-kinds.ts'
import { duration, integer } from '../../src/config/kinds/number-kinds.ts'
import { languageTag } from '../../src/config/kinds/text-kinds.ts'
import { databaseUrl } from '../../src/config/kinds/url-kinds.ts'
import type { Kind } from '../../src/config/setting.ts'
import { sized } from '../support/size.ts'

function read<Value>(kind: Kind<Value>, text: string): Value | 'fault' {
  const reading = kind.read(text)
  return reading.kind === 'value' ? reading.value : 'fault'
}

describe('a language tag', () => {
  it('is written as everybody writes it', () => {
    expect(['EN', 'zh-hant-tw'].map((tag) => read(languageTag, tag))).toEqual(['en', 'zh-Hant-TW'])
  })

  it.each(['', 'zh_CN', 'no language'])('%j is none', (text) => {
    expect(read(languageTag, text)).toBe('fault')
  })
})

const anyDuration = duration({ min: 0, max: 1e12 })

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(read(anyDuration, text)).toBe(ms)
    expect(anyDuration.write(ms)).toBe(text)
  })

  it.each(['2', 's', '-2s', '1.5s', '2 sec', '2S', ''])('%j is none', (text) => {
    expect(read(anyDuration, text)).toBe('fault')
  })

  it('keeps to its bounds', () => {
    const kind = duration({ min: 100, max: 4500 })

    expect(['99ms', '100ms', '4500ms', '4501ms'].map((text) => read(kind, text))).toEqual([
      'fault',
      100,
      4500,
      'fault',
    ])
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e11 }), (ms) => {
        expect(read(anyDuration, anyDuration.write(ms))).toBe(ms)
      }),
      { seed: 20261123, numRuns: sized(300, 20_000) },
    )
  })
})

describe('a whole number', () => {
  it.each(['', '1.0', '1e1', '0x1', '٣', '1 000', '-', '9999999999999999999'])(
    '%j is none',
    (text) => {
      expect(read(integer({ min: 0, max: 1e9 }), text)).toBe('fault')
    },
  )

  it('keeps to its bounds', () => {
    const kind = integer({ min: 1, max: 10 })

    expect(['0', '1', '010', '11'].map((text) => read(kind, text))).toEqual([
      'fault',
      1,
      10,
      'fault',
    ])
  })
})

describe('on or off', () => {
  it.each(['on', 'true', 'yes', '1', 'ON'])('%s is on', (text) => {
    expect(read(onOff, text)).toBe(true)
  })

  it.each(['off', 'false', 'no', '0', 'Off'])('%s is off', (text) => {
    expect(read(onOff, text)).toBe(false)
  })

  it('is nothing else', () => {
    expect(read(onOff, 'maybe')).toBe('fault')
  })
})

describe('a list', () => {
  const letters = list(choice(['a', 'b']), 'letter')

  it('is separated by commas, with white space around them', () => {
    expect(read(letters, 'a, b ,a,')).toEqual(['a', 'b', 'a'])
  })

  it('is as faulty as its worst entry', () => {
    expect(letters.read('a,c')).toMatchObject({ problem: expect.stringContaining('"c"') })
  })
})

describe('a host', () => {
  it.each(['127.0.0.1', '::', '::1', 'localhost', 'herald.example', 'a-b.c'])(
    'can be %s',
    (text) => {
      expect(read(host, text)).toBe(text)
    },
  )

  it.each(['127.0.0.1:8080', 'http://a', '256.1.1.1', '1.2.3', '[::1]', 'a b', '-a', 'a.', '*'])(
    'can not be %s',
    (text) => {
      expect(read(host, text)).toBe('fault')
    },
  )

  it.each([
    '127.0.0.1',
    '127.255.0.3',
    '::1',
    '0:0:0:0:0:0:0:1',
    '[::1]',
    'localhost',
    'LocalHost',
  ])('is loopback: %s', (text) => {
    expect(isLoopback(text)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '128.0.0.1', 'localhost.example', '::2', '::ffff:10.0.0.1'])(
    'is not loopback: %s',
    (text) => {
      expect(isLoopback(text)).toBe(false)
    },
  )
})

describe('a network', () => {
  it.each(['10.0.0.7', '10.0.0.0/8', '0.0.0.0/0', 'fd00::/8', '::1', '::1/128'])(
    'can be %s',
    (text) => {
      expect(read(network, text)).toBe(text)
    },
  )

  it.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    'db',
    '10.0.0.0/-1',
  ])('can not be %s', (text) => {
    expect(read(network, text)).toBe('fault')
  })
})

describe('a database URL', () => {
  it.each([
    ['postgres://herald:s3cret@db:5432/herald', 'postgres://herald:***@db:5432/herald'],
    ['postgresql://db/herald', 'postgresql://db/herald'],
    [
      'postgresql://herald:s3cret@/herald?host=/run/postgresql',
      'postgresql://herald:***@/herald?host=/run/postgresql',
    ],
    [
      'postgresql://db/herald?user=herald&password=s3cret',
      'postgresql://db/herald?user=herald&password=***',
    ],
    ['postgresql://herald:p%23%40x@db/herald', 'postgresql://herald:***@db/herald'],
  ])('%s is shown as %s', (text, shown) => {
    expect(read(databaseUrl, text)).toBe(text)
    expect(databaseUrl.hide?.(text)).toBe(shown)
  })

  it.each(['mysql://db', 'db', 'postgres:db', 'postgres://a:b/c@db/x', 'postgres://a:1#2@db/x'])(
    'is not %s',
    (text) => {
      expect(read(databaseUrl, text)).toBe('fault')
    },
  )
})
