import type { ExplainedFact } from '../core/access/explain-topic.ts'

/** Facts below each other, their values in a column. */
export function factLines(facts: readonly ExplainedFact[]): string[] {
  const width = Math.max(0, ...facts.map(({ name }) => name.length))
  return facts.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`)
}
