import { describe, expect, it } from 'vitest'
import { createFieldReader } from '../../src/providers/field-reader.ts'

const FILES: Readonly<Record<string, string>> = { key: ' s3cret\n', empty: '\n' }

function read(value: unknown) {
  return createFieldReader('apns', value, {
    env: { KEY: 'from env', BLANK: ' ' },
    readFile(path) {
      const text = FILES[path]
      if (text === undefined) throw new Error('ENOENT: no such file')
      return text
    },
  })
}

describe('a provider’s settings', () => {
  it('are read', () => {
    const fields = read({
      team: 'T',
      mode: 'b',
      poolSize: 3,
      strict: false,
      apps: ['x'],
      key: { file: 'key' },
      other: { env: 'KEY' },
      deep: { name: 'n' },
    })

    expect(fields.text('team')).toBe('T')
    expect(fields.choice('mode', ['a', 'b'], 'a')).toBe('b')
    expect(fields.integer('poolSize', { min: 1, max: 9, fallback: 1 })).toBe(3)
    expect(fields.flag('strict', true)).toBe(false)
    expect(fields.texts('apps')).toEqual(['x'])
    expect(fields.secret('key')).toBe('s3cret')
    expect(fields.secret('other')).toBe('from env')
    expect(fields.group('deep')?.text('name')).toBe('n')
    fields.finish()
    expect(fields.faults).toEqual([])
  })

  it('have fallbacks', () => {
    const fields = read({})

    expect(fields.optionalText('team')).toBeUndefined()
    expect(fields.choice('mode', ['a', 'b'], 'a')).toBe('a')
    expect(fields.integer('poolSize', { min: 1, max: 9, fallback: 1 })).toBe(1)
    expect(fields.flag('strict', true)).toBe(true)
    expect(fields.texts('apps')).toEqual([])
    expect(fields.optionalSecret('key')).toBeUndefined()
    expect(fields.group('deep')).toBeUndefined()
    expect(fields.faults).toEqual([])
  })

  it.each([
    ['nothing', undefined, 'apns.key', 'is missing'],
    ['a secret in the clear', 's3cret', 'apns.key', 'does not say where the secret is'],
    ['two places', { file: 'key', env: 'KEY' }, 'apns.key', 'does not say where the secret is'],
    ['a third kind of place', { vault: 'key' }, 'apns.key', 'does not say where the secret is'],
    [
      'a file that is not there',
      { file: 'no' },
      'apns.key',
      "names no, which can't be read: ENOENT",
    ],
    ['an empty file', { file: 'empty' }, 'apns.key', 'names empty, which is empty'],
    ['an unset variable', { env: 'NO' }, 'apns.key', 'names NO, which is not set'],
    ['a blank variable', { env: 'BLANK' }, 'apns.key', 'names BLANK, which is not set'],
  ])('refuse %s as a secret', (_, key, path, problem) => {
    const fields = read(key === undefined ? {} : { key })

    expect(fields.secret('key')).toBeUndefined()
    expect(fields.faults).toHaveLength(1)
    expect(fields.faults[0]?.path).toBe(path)
    expect(fields.faults[0]?.problem).toContain(problem)
  })

  it('tell all faults at once, each at its place', () => {
    const fields = read({ team: 7, mode: 'c', poolSize: 10, strict: 1, apps: [''], deep: {}, x: 1 })

    fields.text('team')
    fields.text('id', () => 'is never right')
    fields.choice('mode', ['a', 'b'], 'a')
    fields.integer('poolSize', { min: 1, max: 9, fallback: 1 })
    fields.flag('strict', true)
    fields.texts('apps')
    fields.group('deep')?.text('name')
    fields.finish()

    expect(fields.faults.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      'apns.team is not a text',
      'apns.id is missing',
      'apns.mode is not one of: a, b',
      'apns.poolSize is not a whole number from 1 to 9',
      'apns.strict is not true or false',
      'apns.apps is not a list of texts',
      'apns.deep.name is missing',
      'apns.x is unknown',
    ])
  })

  it.each([null, 7, 'text', []])('are an object, not %j', (value) => {
    expect(read(value).faults).toEqual([
      { path: 'apns', problem: 'is not an object', remedy: 'write { … } there' },
    ])
  })
})
