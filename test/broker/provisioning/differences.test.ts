import { describe, expect, it } from 'vitest'
import { differences } from '../../../src/broker/provisioning/differences.ts'
import { formOf } from '../../../src/broker/provisioning/wishes.ts'

describe('differences', () => {
  it.each([
    ['a duration in other words', { ttl: '1m' }, { ttl: '60s' }],
    ['one of several parts', { ttl: '90m' }, { ttl: '1h30m' }],
    ['a size in other words', { size: '256MB' }, { size: '262144KB' }],
    ['a number as text', { qos: '1' }, { qos: 1 }],
    ['what is not wanted at all', { a: 1 }, { a: 1, b: 2 }],
    ['a secret that the broker hides', { headers: { x: 's' } }, { headers: { x: '******' } }],
    ['a list with more in its items', { l: [{ a: '1s' }] }, { l: [{ a: '1000ms', b: 1 }] }],
  ])('are none for %s', (_, wanted, there) => {
    expect(differences(wanted, there)).toEqual([])
  })

  it.each([
    ['another duration', { ttl: '10s' }, { ttl: '1m' }, 'ttl: 1m → 10s'],
    ['what is missing', { a: { b: 1 } }, {}, 'a.b: nothing → 1'],
    ['null', { a: { b: true } }, { a: null }, 'a.b: nothing → true'],
    ['a list in another order', { l: ['a', 'b'] }, { l: ['b', 'a'] }, 'l: ["b","a"] → ["a","b"]'],
    ['no duration', { ttl: '10s' }, { ttl: 'never' }, 'ttl: never → 10s'],
  ])('tell of %s', (_, wanted, there, line) => {
    expect(differences(wanted, there)).toEqual([line])
  })
})

describe('formOf', () => {
  it.each([
    ['5.0.26', '5.3'],
    ['5.3.2', '5.3'],
    ['5.4.0', '5.8'],
    ['5.10.1', '5.8'],
    ['e5.8.9', '5.8'],
    ['6.3.0', '6.0'],
    ['4.4.19', '4.4'],
    ['4.2.0', undefined],
    ['2.3.11', undefined],
    ['', undefined],
  ])('of %s is %s', (version, form) => {
    expect(formOf(version)).toBe(form)
  })
})
