import { fault, type Kind, quoted, value } from '../setting.ts'

/** Both ends count. */
interface Bounds {
  readonly min: number
  readonly max: number
}

export function integer({ min, max }: Bounds): Kind<number> {
  const form = `a whole number from ${min} to ${max}`
  return {
    placeholder: '<number>',
    form,
    read(text) {
      const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
      if (number >= min && number <= max) return value(number)
      return fault(`${quoted(text)} is not ${form}`, `write ${form}`)
    },
    write: String,
  }
}

/** A TCP port to listen on; 0 lets the system choose a free one. */
export const port: Kind<number> = {
  ...integer({ min: 0, max: 65_535 }),
  placeholder: '<port>',
  form: 'a port from 0 to 65535',
  read(text) {
    // Kubernetes sets HERALD_PORT=tcp://… in every pod beside a Service named "herald".
    if (/^(tcp|udp|sctp):\/\//.test(text)) {
      return fault(
        `${quoted(text)} comes from a Kubernetes Service of that name`,
        'set it in the pod, or set enableServiceLinks: false',
      )
    }
    return integer({ min: 0, max: 65_535 }).read(text)
  },
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** A length of time, in milliseconds. The unit is always written: `2s`, `500ms`, `10m`. */
export function duration({ min, max }: Bounds): Kind<number> {
  const form = `a duration from ${writeDuration(min)} to ${writeDuration(max)} (ms, s, m, h, d)`
  return {
    placeholder: '<duration>',
    form,
    read(text) {
      const ms = readDuration(text)
      if (ms === undefined) {
        return fault(
          `${quoted(text)} is not a duration`,
          'write a number and a unit: 500ms, 2s, 10m',
        )
      }
      if (ms >= min && ms <= max) return value(ms)
      return fault(`${quoted(text)} is out of bounds`, `write ${form}`)
    },
    write: writeDuration,
  }
}

export function readDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,12})\s*(ms|s|m|h|d)$/.exec(text) ?? []
  const scale = UNITS.find(([name]) => name === unit)?.[1]
  return scale === undefined ? undefined : Number(digits) * scale
}

export function writeDuration(ms: number): string {
  const unit = UNITS.find(([, scale]) => ms >= scale && ms % scale === 0)
  return unit === undefined ? '0s' : `${ms / unit[1]}${unit[0]}`
}
