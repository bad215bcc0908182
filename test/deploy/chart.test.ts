import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { ROLES } from '../../src/config/config.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { ROOT } from '../docs/pages.ts'

const CHART = join(ROOT, 'deploy/helm/herald')
const read = (name: string) => readFileSync(join(CHART, name), 'utf8')

const isValid = new Ajv({ strict: false }).compile(JSON.parse(read('values.schema.json')))
const values: unknown = parse(read('values.yaml'), { merge: true })

/** The chart's values with some of them replaced, as Helm merges them. */
function valuesWith(changes: unknown): unknown {
  return merged(structuredClone(values), changes)
}

function merged(base: unknown, changes: unknown): unknown {
  if (!isRecord(base) || !isRecord(changes)) return changes
  const fields = Object.entries(changes).map(([name, value]) => [name, merged(base[name], value)])
  return { ...base, ...Object.fromEntries(fields) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

describe('the chart', () => {
  it('is of this version', () => {
    const chart = Value.Parse(
      Type.Object({ version: Type.String(), appVersion: Type.String() }),
      parse(read('Chart.yaml')),
    )

    expect(chart).toMatchObject({ version: manifest.version, appVersion: manifest.version })
  })

  it('names no setting that there is not', () => {
    const texts = globSync('**/*.{yaml,tpl,txt,json}', { cwd: CHART }).map(read)
    const named = new Set(texts.join('\n').match(/\bHERALD_[A-Z_]+[A-Z]\b/g))

    expect(named.size).toBeGreaterThan(5)
    const known = new Set(SETTINGS.map(({ name }) => name))
    expect([...named].filter((name) => !known.has(name))).toEqual([])
  })

  it('has values that its schema allows, its own and those with everything switched on', () => {
    expect(isValid(values), JSON.stringify(isValid.errors)).toBe(true)
    expect(isValid(valuesWith(parse(read('ci/all-values.yaml'))))).toBe(true)
  })

  it.each([
    ['a name that it does not know', { replica: 1 }],
    ['a role that there is not', { deployments: { hooks: { roles: ['hook'] } } }],
    ['a setting that is the chart’s own', { settings: { HERALD_PORT: '80' } }],
    ['a setting that is no text', { settings: { HERALD_POOL_MAX: 20 } }],
    ['an ingress without a host', { ingress: { enabled: true } }],
    ['a secret without a key', { secretSettings: { DATABASE_URL: { name: 'a', key: '' } } }],
    ['a digest that is none', { image: { digest: 'latest' } }],
  ])('refuses %s', (_, changes) => {
    expect(isValid(valuesWith(changes))).toBe(false)
  })

  it('knows every role', () => {
    const { definitions } = Value.Parse(
      Type.Object({ definitions: Type.Object({ deployment: Type.Unknown() }) }),
      JSON.parse(read('values.schema.json')),
    )

    expect(JSON.stringify(definitions.deployment)).toContain(JSON.stringify({ enum: [...ROLES] }))
  })
})
