import { parseArgs } from 'node:util'

/** How a bench is run. */
export interface BenchArguments {
  readonly bench: string
  /** Small data and short rounds: shows that all works, and roughly how fast. */
  readonly isQuick: boolean
  /** 1 is a million users. */
  readonly scale: number
  readonly rounds: number
}

const USAGE = 'npm run bench -- <name> [--quick] [--scale 0.1] [--rounds 5]'

const FULL = { scale: 1, rounds: 5 } as const
const QUICK = { scale: 0.01, rounds: 2 } as const

/** Throws an error with a sentence for whoever typed them. */
export function readArguments(argv: readonly string[], known: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      scale: { type: 'string' },
      rounds: { type: 'string' },
    },
  })
  const [bench, ...rest] = positionals
  if (bench === undefined || rest.length > 0 || !known.includes(bench)) {
    throw new Error(`${USAGE}\nName one of: ${known.join(', ')}.`)
  }
  const defaults = values.quick ? QUICK : FULL
  return {
    bench,
    isQuick: values.quick,
    scale: readNumber('--scale', values.scale, defaults.scale, 0.001, 10),
    rounds: Math.floor(readNumber('--rounds', values.rounds, defaults.rounds, 1, 50)),
  }
}

function readNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  const value = text === undefined ? fallback : Number(text)
  if (value >= min && value <= max) return value
  throw new Error(`${name} must be a number from ${min} to ${max}.`)
}
