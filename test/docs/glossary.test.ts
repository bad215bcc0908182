import { describe, expect, it } from 'vitest'
import { readPage } from './pages.ts'

describe('docs/glossary.md', () => {
  it('has each word once, in the order of the alphabet', () => {
    const rows = readPage('docs/glossary.md').text.matchAll(/^\| (?!word|---)([^|]+) \|/gm)

    const words = [...rows].map(([, word = '']) => word.toLowerCase())

    expect(words.length).toBeGreaterThan(50)
    expect(words).toEqual([...new Set(words)].toSorted())
  })
})
