import { InvalidArgumentError } from 'commander'

const MS_BY_UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Reads `90s`, `10m`, `2h` or `7d` as milliseconds. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? []
  for (const [name, ms] of Object.entries(MS_BY_UNIT)) {
    if (name === unit && Number(amount) > 0) return Number(amount) * ms
  }
  throw new InvalidArgumentError('Write a number and a unit: 90s, 10m, 2h or 7d.')
}
