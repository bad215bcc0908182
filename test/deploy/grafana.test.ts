import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { DELIVERY_OUTCOMES } from '../../src/core/ports/delivery-ports.ts'
import { METRICS } from '../../src/telemetry/metric-names.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { codeRows, ROOT, readPage, sectionOf } from '../docs/pages.ts'
import { readPromql } from './promql.ts'

const FOLDER = join(ROOT, 'deploy/grafana')
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8')

const TARGET = Type.Object({ expr: Type.String(), legendFormat: Type.String() })
const BOX = Type.Object({ x: Type.Number(), y: Type.Number(), w: Type.Number(), h: Type.Number() })
const DASHBOARD = Type.Object({
  panels: Type.Array(
    Type.Object({
      id: Type.Number(),
      title: Type.String(),
      gridPos: BOX,
      targets: Type.Optional(Type.Array(TARGET)),
    }),
  ),
})
const ALERTS = Type.Object({
  groups: Type.Array(
    Type.Object({
      rules: Type.Array(
        Type.Object({
          alert: Type.String(),
          expr: Type.String(),
          labels: Type.Object({
            severity: Type.Union([Type.Literal('critical'), Type.Literal('warning')]),
          }),
          annotations: Type.Object({ summary: Type.String(), description: Type.String() }),
        }),
      ),
    }),
  ),
})

const { panels } = Value.Parse(DASHBOARD, JSON.parse(read('herald-dashboard.json')))
const { groups } = Value.Parse(ALERTS, parse(read('herald-alerts.yaml')))
const rules = groups.flatMap((group) => group.rules)
const targets = panels.flatMap((panel) => panel.targets ?? [])

const expressions = [
  ...panels.flatMap(({ title, targets: shown = [] }) =>
    shown.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '5m')] as const),
  ),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
]

/** Metrics as `/metrics` names them, a histogram's series among them. */
async function seriesNames(): Promise<ReadonlySet<string>> {
  const { body } = await createMetrics().expose()
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    ),
  )
}

const page = readPage('docs/operations.md')
const documented = new Map(
  codeRows(sectionOf(page, 'Metrics')).map(([name = '', , labels = '']) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  ]),
)
const isKnown = (value: string) =>
  DELIVERY_OUTCOMES.some((outcome) => outcome === value) || page.text.includes(`\`${value}\``)

/** What Prometheus gives every series. */
const OF_PROMETHEUS = ['job', 'instance', 'le']

describe('an expression', () => {
  it.each(expressions)('of "%s" is PromQL about what Herald has: %s', async (_, expression) => {
    const use = readPromql(expression)
    const metrics = use.metrics.map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    const labels = new Set([
      ...metrics.flatMap((name) => documented.get(name) ?? []),
      ...OF_PROMETHEUS,
    ])
    const values = use.values.filter(([label]) => !OF_PROMETHEUS.includes(label))

    expect(use.isValid).toBe(true)
    expect(use.metrics.length).toBeGreaterThan(0)
    const names = await seriesNames()
    expect(use.metrics.filter((name) => !names.has(name))).toEqual([])
    expect(use.labels.filter((label) => !labels.has(label))).toEqual([])
    expect(values.filter(([, value]) => !isKnown(value))).toEqual([])
  })

  it.each([
    ['is no PromQL', 'sum(rate(herald_events_total[5m])', { isValid: false }],
    ['names a metric', 'max(nothing_at_all) > 0', { metrics: ['nothing_at_all'] }],
    ['groups by labels', 'sum by (color, le) (a)', { labels: ['color', 'le'] }],
    [
      'compares with values',
      'a{b=~"c|d"}',
      {
        values: [
          ['b', 'c'],
          ['b', 'd'],
        ],
      },
    ],
  ])('is seen to be one that %s', (_, expression, seen) => {
    expect(readPromql(expression)).toMatchObject(seen)
  })
})

describe('the dashboard', () => {
  it('shows every metric that Herald has', () => {
    const shown = targets.map(({ expr }) => expr).join('\n')

    expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([])
  })

  it('looks at the chosen jobs only', () => {
    const selectors = targets.flatMap(({ expr }) => expr.match(/\{[^}]*\}/g) ?? [])

    expect(selectors.length).toBeGreaterThan(targets.length - 1)
    expect(selectors.filter((selector) => !selector.includes('job=~"$job"'))).toEqual([])
  })

  it('names its curves by labels that are left', () => {
    for (const { expr, legendFormat } of targets) {
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
      expect(readPromql(expr.replaceAll('$__rate_interval', '5m')).labels).toEqual(
        expect.arrayContaining(shown),
      )
    }
  })

  it('has panels with numbers of their own that cover none of the others', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })
})

describe('the alerts', () => {
  it('have names of their own, and speak of labels that are left', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const { expr, annotations } of rules) {
      const words = annotations.summary + annotations.description
      const spoken = [...words.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
      expect(readPromql(expr).labels).toEqual(expect.arrayContaining(spoken))
    }
  })

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0

  it.skipIf(!hasPromtool)(
    'fire when they should, says promtool (skipped where there is none)',
    () => {
      const args = ['test', 'rules', 'herald-alerts.test.yaml']
      const { status, stderr } = spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' })

      expect(stderr).toBe('')
      expect(status).toBe(0)
    },
  )
})
