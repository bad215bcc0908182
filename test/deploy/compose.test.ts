import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { DCLinter } from 'dclint'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadSetup } from '../../src/compose/setup.ts'
import { unknownNames } from '../../src/config/unknown-names.ts'
import { ROOT } from '../docs/pages.ts'

const PATH = join(ROOT, 'docker-compose.yml')
const text = readFileSync(PATH, 'utf8')
const example = parseEnv(readFileSync(join(ROOT, '.env.example'), 'utf8'))

/** As far as it is looked at here; all of it is checked against the schema of Compose by its linter. */
const SERVICE = Type.Object({
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  volumes: Type.Optional(Type.Array(Type.String())),
  ports: Type.Optional(Type.Array(Type.String())),
  stop_grace_period: Type.Optional(Type.String()),
  depends_on: Type.Optional(Type.Record(Type.String(), Type.Object({ condition: Type.String() }))),
})
const COMPOSE = Type.Object({ services: Type.Record(Type.String(), SERVICE) })

/** Its linter's own types are lost on the way. */
const LINTED = Type.Array(Type.Object({ messages: Type.Array(Type.Unknown()) }))

const VARIABLE = /\$\{(\w+)(?::\?[^}]*)?\}/g

const { services } = Value.Parse(COMPOSE, parse(filledIn(text)))

/** As Compose fills in what stands in `.env`. */
function filledIn(template: string): string {
  return template.replaceAll(VARIABLE, (_, name: string) => example[name] ?? '')
}

describe('docker-compose.yml', () => {
  it('is what Compose takes, and its linter finds nothing', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] })

    const [linted] = Value.Parse(LINTED, linter.lintFiles([PATH], false))

    expect(linted?.messages).toEqual([])
  })

  it('asks for what .env.example has, and for nothing else', () => {
    const asked = [...text.matchAll(VARIABLE)].map(([, name = '']) => name)

    expect([...new Set(asked)].toSorted()).toEqual(Object.keys(example).toSorted())
    // Without one of them Compose stops, and says what to do.
    expect(text.match(/\$\{\w+\}/g)).toBeNull()
  })

  it('gives Herald settings that it starts with', () => {
    const env = {
      ...services.herald?.environment,
      HERALD_HOST: '0.0.0.0',
      HERALD_PROVIDERS_FILE: join(ROOT, 'deploy/compose/providers.json'),
    }

    const setup = loadSetup(() => ({ flags: {}, env, envFile: {} }))

    expect(setup.config.hooks.secrets).toEqual([example.HOOK_SECRET])
    expect(setup.entries.flatMap(({ names }) => names).toSorted()).toEqual(['email', 'stub'])
  })

  it('leaves a Herald beside it alone, which reads .env too', () => {
    expect(unknownNames({ flags: {}, env: {}, envFile: example })).toEqual([])
  })

  it('has the broker prove itself everywhere', () => {
    const { environment = {} } = services.emqx ?? {}

    const headers = Object.entries(environment).filter(([name]) => name.endsWith('__HEADERS'))

    expect(headers.map(([name]) => name)).toEqual([
      'EMQX_AUTHENTICATION__1__HEADERS',
      'EMQX_AUTHORIZATION__SOURCES__1__HEADERS',
      'EMQX_CONNECTORS__HTTP__HERALD__HEADERS',
    ])
    for (const [, value] of headers) {
      expect(value).toContain(`"x-herald-secret" = "${example.HOOK_SECRET}"`)
    }
  })

  it('starts the broker last, and lets Herald end by itself', () => {
    expect(services.emqx?.depends_on?.herald?.condition).toBe('service_healthy')
    expect(services.herald?.depends_on?.postgres?.condition).toBe('service_healthy')
    expect(Number.parseInt(services.herald?.stop_grace_period ?? '', 10)).toBeGreaterThan(10)
  })

  it('mounts what is there, and opens ports to this machine alone', () => {
    const all = Object.values(services)
    const mounted = all.flatMap(({ volumes = [] }) => volumes).map((line) => line.split(':')[0])
    const ports = all.flatMap((service) => service.ports ?? [])

    const files = mounted.filter((path = '') => path.startsWith('./'))
    expect(files.length).toBeGreaterThan(2)
    expect(files.filter((path = '') => !existsSync(join(ROOT, path)))).toEqual([])
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })
})
