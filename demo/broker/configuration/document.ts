/** A part of a broker's configuration, as its API has it. */
export type Document = Readonly<Record<string, unknown>>

export function documentOf(value: unknown): Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function documentsOf(value: unknown): readonly Document[] {
  return Array.isArray(value) ? value.map(documentOf) : []
}

export function textOf(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}

/** Texts by their names; what is no text is left out. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(documentOf(value)).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  )
  return Object.fromEntries(texts)
}

export function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `10s`, `2h`. */
export function millisecondsOf(value: unknown, fallback: number): number {
  const [, count = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(textOf(value)) ?? []
  const unitMs = UNIT_MS[unit]
  return unitMs === undefined ? fallback : Number(count) * unitMs
}

/** `256MB`. */
export function bytesOf(value: unknown, fallback: number): number {
  const [, count, unit = ''] = /^(\d+)([KMG]?)B?$/i.exec(textOf(value)) ?? []
  if (count === undefined) return fallback
  return Number(count) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ')
}
