import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** What a source file imports, types included. */
export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string
  /** Paths of the project's files. */
  readonly files: readonly string[]
  /** Names of packages, without what stands behind the name. `node:` is left out. */
  readonly packages: readonly string[]
}

/** Reads the TypeScript files of `folders`, which are given from `root`. */
export function readSources(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => sourceFileOf(path, readFileSync(join(root, path), 'utf8')))
}

export function sourceFileOf(path: string, source: string): SourceFile {
  const specifiers = [...new Set(specifiersOf(source))]
  return {
    path,
    files: specifiers
      .filter(isRelative)
      .map((specifier) => posix.join(posix.dirname(path), specifier)),
    packages: specifiers
      .filter((specifier) => !isRelative(specifier) && !specifier.startsWith('node:'))
      .map(packageOf),
  }
}

/** `import … from`, `export … from`, `import '…'`, `import('…')` in code and in types, `require`. */
const SPECIFIERS = [
  /^\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\b(?:import|require|resolve)\(\s*['"`]([^'"`]+)['"`]/g,
]

function specifiersOf(source: string): string[] {
  return SPECIFIERS.flatMap((pattern) =>
    [...source.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []),
  )
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/')
  // Chosen while running, as one of a platform's packages is.
  if (name.includes('${')) return scope
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

/** A way from a file back to itself, if there is one. */
export function findCycle(sources: readonly SourceFile[]): readonly string[] | undefined {
  const filesOf = new Map(sources.map(({ path, files }) => [path, files]))
  const done = new Set<string>()

  function visit(path: string, way: readonly string[]): readonly string[] | undefined {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const next of filesOf.get(path) ?? []) {
      const cycle = visit(next, [...way, path])
      if (cycle !== undefined) return cycle
    }
    done.add(path)
    return undefined
  }

  for (const { path } of sources) {
    const cycle = visit(path, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
