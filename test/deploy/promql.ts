import { parser } from '@prometheus-io/lezer-promql'

/** What a PromQL expression asks for. */
export interface PromqlUse {
  readonly isValid: boolean
  readonly metrics: readonly string[]
  /** Those that are matched or grouped by. */
  readonly labels: readonly string[]
  /** `verdict` and `unavailable` for `{verdict="unavailable"}`; an alternative is an entry of its own. */
  readonly values: readonly (readonly [string, string])[]
}

export function readPromql(expression: string): PromqlUse {
  const metrics: string[] = []
  const labels: string[] = []
  const values: (readonly [string, string])[] = []
  let isValid = true
  parser.parse(expression).iterate({
    enter({ type, node, from, to }) {
      const text = expression.slice(from, to)
      if (type.isError) isValid = false
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(text)
      if (type.name !== 'LabelName') return
      labels.push(text)
      const literal = node.parent?.getChild('StringLiteral')
      if (literal === null || literal === undefined) return
      const alternatives = expression.slice(literal.from + 1, literal.to - 1).split('|')
      values.push(...alternatives.map((value) => [text, value] as const))
    },
  })
  return { isValid, metrics, labels, values }
}
