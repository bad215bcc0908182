/** What a bench found out. */
export interface Report {
  readonly bench: string
  readonly tables: readonly Table[]
  readonly limits: readonly Limit[]
  /** Measured, but judged by nobody: they depend on the machine. */
  readonly figures: Readonly<Record<string, number>>
}

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A ratio and what it must not fall short of, or exceed. */
export interface Limit {
  readonly name: string
  readonly ratio: number
  readonly least?: number
  readonly most?: number
  readonly aim?: number
}

/** The report as text; its last line is JSON, for programs. */
export function renderReport({ bench, tables, limits, figures }: Report): string {
  const ratios = Object.fromEntries(limits.map(({ name, ratio }) => [name, rounded(ratio)]))
  const roundedFigures = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, rounded(value)]),
  )
  return [
    ...tables.map(renderTable),
    renderTable({
      title: 'Ratios',
      head: ['ratio', 'measured', 'limit', ''],
      rows: limits.map((limit) => [
        limit.name,
        formatNumber(limit.ratio),
        limitText(limit),
        isMet(limit) ? 'met' : 'MISSED',
      ]),
    }),
    JSON.stringify({ bench, ratios, figures: roundedFigures }),
  ].join('\n\n')
}

function isMet({ ratio, least = -Infinity, most = Infinity }: Limit): boolean {
  return ratio >= least && ratio <= most
}

/** Three digits that count; small enough to read, exact enough to compare. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US')
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function renderTable({ title, head, rows }: Table): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [title, line(head), ...rows.map(line)].join('\n')
}

function limitText({ least, most, aim }: Limit): string {
  const limit = least === undefined ? `≤ ${most}` : `≥ ${least}`
  return aim === undefined ? limit : `${limit}, aim ${aim}`
}

/** JSON has no NaN: what could not be measured is null. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null
}
