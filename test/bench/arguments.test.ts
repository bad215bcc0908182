import { describe, expect, it } from 'vitest'
import { readArguments } from '../../bench/arguments.ts'

const KNOWN = ['connect', 'topic']

describe('arguments of a bench', () => {
  it('runs the whole world for five rounds unless told otherwise', () => {
    expect(readArguments(['topic'], KNOWN)).toEqual({
      bench: 'topic',
      isQuick: false,
      scale: 1,
      rounds: 5,
    })
  })

  it('takes a small world and few rounds when it is to be quick, and what is said besides', () => {
    expect(readArguments(['topic', '--quick', '--rounds', '7'], KNOWN)).toMatchObject({
      isQuick: true,
      scale: 0.01,
      rounds: 7,
    })
  })

  it.each([[[]], [['fly']], [['topic', 'connect']]])('asks for one known bench: %j', (argv) => {
    expect(() => readArguments(argv, KNOWN)).toThrow('Name one of: connect, topic.')
  })

  it.each([['x'], ['0'], ['-1'], ['11']])('refuses --scale %s', (scale) => {
    expect(() => readArguments(['topic', `--scale=${scale}`], KNOWN)).toThrow(
      '--scale must be a number from 0.001 to 10.',
    )
  })
})
