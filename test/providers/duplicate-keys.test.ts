import { describe, expect, it } from 'vitest'
import { duplicateKeys } from '../../src/providers/duplicate-keys.ts'

describe('keys that stand twice', () => {
  it.each([
    ['{}', []],
    ['{"a": 1, "b": {"a": 1}, "c": ["a", "a", {"a": 2}]}', []],
    ['{"a": "b", "b": "a"}', []],
    ['{"a": "{\\"a\\": 1, \\"a\\": 1}"}', []],
    ['{"a": 1, "a": 2}', ['a']],
    ['{"a": 1, "\\u0061": 2}', ['a']],
    ['{"a": {"b": [], "c": {}, "b": 2}}', ['a.b']],
    ['{"a": 1, "a": {"x": 1, "x": 1}, "a": 3}', ['a', 'a.x', 'a']],
  ])('in %s are %j', (json, keys) => {
    expect(duplicateKeys(json)).toEqual(keys)
  })
})
