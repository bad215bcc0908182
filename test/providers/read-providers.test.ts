import { describe, expect, it } from 'vitest'
import type { ProviderKind } from '../../src/providers/provider-kind.ts'
import { PROVIDER_KINDS } from '../../src/providers/provider-kinds.ts'
import { readProviders } from '../../src/providers/read-providers.ts'

function kindOf(kind: string, channel: 'push' | 'sms'): ProviderKind {
  return {
    kind,
    channels: [channel],
    tokenFault: () => undefined,
    canonicalToken: (token) => token,
    read(fields) {
      const key = fields.secret('key')
      const { name } = fields
      if (key === undefined) return undefined
      return { names: [name, `${name}-sandbox`], open: async () => [] }
    },
  }
}

const KINDS = [kindOf('pigeon', 'push'), kindOf('text', 'sms')]
const FILE = 'providers.json'

/** What the file says, with secrets beside it. */
function read(file: unknown, secrets: Readonly<Record<string, string>> = { key: 's3cret' }) {
  const files = new Map(Object.entries(secrets))
  return readProviders({
    path: FILE,
    standing: {},
    kinds: KINDS,
    sources: {
      env: { KEY: 'from env' },
      readFile(path) {
        const text = path === FILE ? textOf(file) : files.get(path)
        if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`)
        return text
      },
    },
  })
}

const textOf = (file: unknown) => (typeof file === 'string' ? file : JSON.stringify(file))

function faultsOf(file: unknown): readonly string[] {
  return read(file).faults.map(({ path, problem }) => `${path} ${problem}`)
}

const key = { file: 'key' }

describe('the providers’ file', () => {
  it('has entries, whose kind is their name unless they say otherwise', () => {
    const { entries, faults } = read({
      pigeon: { key },
      'pigeon-beta': { kind: 'pigeon', key: { env: 'KEY' }, apps: ['com.acme.beta'] },
    })

    expect(faults).toEqual([])
    expect(entries).toMatchObject([
      { name: 'pigeon', kind: 'pigeon', names: ['pigeon', 'pigeon-sandbox'], apps: [] },
      { name: 'pigeon-beta', kind: 'pigeon', apps: ['com.acme.beta'], channels: ['push'] },
    ])
  })

  it('may set limits, and text messages have some of themselves', () => {
    const { entries } = read({
      pigeon: { key, limits: { perSecond: 5 } },
      text: { key },
      'text-two': { kind: 'text', key, limits: { perDay: 50, perAddressPerHour: 2 } },
    })

    expect(entries.map(({ limits }) => limits)).toEqual([
      { perSecond: 5 },
      { perUserPerDay: 10, perDay: 10_000 },
      { perAddressPerHour: 2, perUserPerDay: 10, perDay: 50 },
    ])
  })

  it.each<[string, unknown, readonly string[]]>([
    ['no JSON', '{"a": }', [` is not JSON (Unexpected token '}')`]],
    ['no object', '[]', [' is not an object']],
    [
      'an entry twice',
      `{"pigeon": {"key": {"env": "KEY"}}, "pigeon": {"key": {"env": "KEY"}}}`,
      ['pigeon stands there twice'],
    ],
    [
      'a kind that is none',
      { pigeon: { kind: 'owl' } },
      ['pigeon.kind is "owl", which is no kind'],
    ],
    ['no kind', { owl: {} }, ['owl.kind is missing, and the name of the entry is no kind']],
    ['no object as an entry', { pigeon: 5 }, ['pigeon is not an object', 'pigeon.key is missing']],
    ['a field too many', { pigeon: { key, colour: 'grey' } }, ['pigeon.colour is unknown']],
    [
      'a limit too many',
      { pigeon: { key, limits: { perWeek: 1 } } },
      ['pigeon.limits.perWeek is unknown'],
    ],
    [
      'a limit of nothing',
      { pigeon: { key, limits: { perDay: 0 } } },
      ['pigeon.limits.perDay is not a whole number from 1 to 1000000000'],
    ],
    [
      'a name that addresses can’t have',
      { Pigeon: { kind: 'pigeon', key } },
      [
        'Pigeon.name "Pigeon" is no name that addresses can have',
        'Pigeon.name "Pigeon-sandbox" is no name that addresses can have',
      ],
    ],
    [
      'a name that another entry makes',
      { pigeon: { key }, 'pigeon-sandbox': { kind: 'pigeon', key } },
      ['pigeon-sandbox has the name "pigeon-sandbox", which is that of pigeon already'],
    ],
    [
      'an app of two',
      { pigeon: { key, apps: ['a'] }, 'pigeon-b': { kind: 'pigeon', key, apps: ['a'] } },
      ['pigeon-b.apps has a, which is that of pigeon already'],
    ],
    [
      'several faults',
      { pigeon: {}, text: { key: { file: 'nowhere' } }, owl: {} },
      [
        'pigeon.key is missing',
        "text.key names nowhere, which can't be read: ENOENT: no such file, open 'nowhere'",
        'owl.kind is missing, and the name of the entry is no kind',
      ],
    ],
  ])('is refused with %s', (_, file, faults) => {
    expect(faultsOf(file)).toEqual(faults)
  })

  it('never shows what stands around a fault: it may be a secret', () => {
    expect(JSON.stringify(read('{"pigeon": {"key": hunter2 "password"}}').faults)).not.toContain(
      'hunter2',
    )
  })

  it('says that it is not there', () => {
    const { faults } = readProviders({
      path: FILE,
      standing: {},
      kinds: KINDS,
      sources: {
        env: {},
        readFile() {
          throw new Error('ENOENT: no such file')
        },
      },
    })

    expect(faults).toMatchObject([{ path: '', problem: "can't be read (ENOENT: no such file)" }])
  })

  it('tells by a fingerprint whether settings or secrets have changed', () => {
    const printOf = (file: object, secret: string) =>
      read(file, { key: secret }).entries[0]?.fingerprint

    const first = printOf({ pigeon: { key } }, 'one')

    expect(printOf({ pigeon: { key } }, 'one')).toBe(first)
    expect(printOf({ pigeon: { key } }, 'two')).not.toBe(first)
    expect(printOf({ pigeon: { key: { env: 'KEY' } } }, 'one')).not.toBe(first)
    expect(printOf({ pigeon: { key, limits: { perDay: 1 } } }, 'one')).not.toBe(first)
  })
})

describe('the stub', () => {
  it('stands there without being named, unless the file has one', () => {
    const source = { standing: { stub: {} }, kinds: PROVIDER_KINDS }
    const sources = { env: {}, readFile: () => '{"stub": {"apps": ["a"]}}' }

    const without = readProviders({ ...source, sources, path: undefined })
    const withOne = readProviders({ ...source, sources, path: FILE })

    expect(without.entries).toMatchObject([{ name: 'stub', kind: 'stub', apps: [] }])
    expect(withOne.entries).toMatchObject([{ name: 'stub', kind: 'stub', apps: ['a'] }])
  })
})
