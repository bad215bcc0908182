import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFormFields, parseJsonFields, parseQueryFields } from '../../src/broker/hook-body.ts'

describe('parseJsonFields', () => {
  it('reads every object of distinct fields as JSON.parse does', () => {
    const aBody = fc.dictionary(
      fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json().map((text) => JSON.parse(text)),
      ),
    )
    fc.assert(
      fc.property(aBody, fc.constantFrom(undefined, 1), (fields, indent) => {
        const text = JSON.stringify(fields, null, indent)

        expect(parseJsonFields(Buffer.from(text))).toEqual(JSON.parse(text))
      }),
      { seed: 20261123, numRuns: 1_000 },
    )
  })

  it.each([
    ['a field given twice', '{"username":"a","username":"b"}'],
    ['a field given twice, once escaped', '{"username":"a","\\u0075sername":"b"}'],
    ['__proto__', '{"__proto__":{"username":"a"}}'],
    ['an array', '["a"]'],
    ['null', 'null'],
    ['a string', '"a"'],
    ['nothing', ''],
    ['half an object', '{"username":"a"'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseJsonFields(Buffer.from(text))).toThrow()
  })

  it('refuses bytes that are not UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from('{"username":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])

    expect(() => parseJsonFields(body)).toThrow('UTF-8')
  })

  it('never repeats the body in its complaint', () => {
    expect(() => parseJsonFields(Buffer.from('{"password": s3cret}'))).toThrow(/^(?!.*s3cret)/)
  })
})

describe('parseFormFields', () => {
  it('reads what a form encodes, "+" and "=" included', () => {
    const fields = { clientid: 'a b', password: 'x=y&z+1%', topic: 'user/+/inbox/€' }
    const body = Buffer.from(new URLSearchParams(fields).toString())

    expect({ ...parseFormFields(body) }).toEqual(fields)
  })

  it.each([
    ['a field given twice', 'username=a&username=b'],
    ['a field given twice, once escaped', 'username=a&%75sername=b'],
    ['a broken escape', 'username=%zz'],
    ['an escape that is not UTF-8', 'username=%ff'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseFormFields(Buffer.from(text))).toThrow()
  })

  it('takes __proto__ as a name like any other', () => {
    const fields = parseFormFields(Buffer.from('__proto__=a&username=b'))

    expect(Object.keys(fields)).toEqual(['__proto__', 'username'])
  })
})

describe('parseQueryFields', () => {
  it('reads what stands behind the question mark as a form', () => {
    const fields = { clientid: 'a b', topic: 'user/+/inbox/€?' }

    expect({ ...parseQueryFields(`/emqx/4/topic?${new URLSearchParams(fields)}`) }).toEqual(fields)
    expect({ ...parseQueryFields('/emqx/4/topic') }).toEqual({})
  })

  it.each([
    ['a field given twice', '/?username=a&username=b'],
    ['a broken escape', '/?username=a&x=%zz'],
    ['bytes that are not UTF-8', '/?username=\u00ff'],
  ])('refuses %s', (_name, target) => {
    expect(() => parseQueryFields(target)).toThrow()
  })
})
