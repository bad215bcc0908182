import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { runCli } from '../cli/cli-world.ts'
import { codeOf, readPages } from './pages.ts'

const codes = readPages().flatMap((page) => codeOf(page).map((code) => [page.path, code] as const))

/** What npm does by itself. */
const NPM_OWN = ['ci', 'rebuild']

const scripts = codes.flatMap(([path, code]) =>
  [...code.matchAll(/\bnpm (?:run (?:-s )?)?(?!run\b)([a-z][a-z:]*)/g)].map(
    ([, script = '']) => [path, script] as const,
  ),
)

const commandLines = codes.flatMap(([path, code]) => {
  const [, line] =
    /(?:^|\s|\/)herald(?:\.js)? (?:-- )?([a-z].*)$/.exec(code.split(' | ')[0] ?? '') ?? []
  return line === undefined ? [] : [[path, line.replace(/\)$/, '')] as const]
})

describe('a command in the documentation', () => {
  it.each(unique(scripts))('%s: npm run %s', (_, script) => {
    expect([...Object.keys(manifest.scripts), ...NPM_OWN]).toContain(script)
  })

  it.each(unique(commandLines))('%s: herald %s', async (_, line) => {
    expect(await faultOf(line)).toBeUndefined()
  })
})

describe('a fault', () => {
  it.each([
    ['a command that there is not', 'usr add ann'],
    ['a subcommand that there is not', 'user ad ann'],
    ['an option that there is not', 'user add ann --nickname'],
  ])('is %s', async (_, line) => {
    expect(await faultOf(line)).toBeDefined()
  })
})

/** Asks the command itself, by its help. */
async function faultOf(line: string): Promise<string | undefined> {
  const words = line.split(' ')
  const end = words.findIndex((word) => !/^[a-z]+$/.test(word))
  const path = end === -1 ? words : words.slice(0, end)
  const { out } = await runCli(`${path.join(' ')} --help`, {})
  const [, known = '', takes = ''] = /^Usage: herald ([a-z ]*)(.*)$/m.exec(out) ?? []
  // One that has commands may take arguments of its own as well.
  const isWhole = !takes.includes('[command]') || takes.includes('<') || known.trim() === line
  if (known === '' || !isWhole) return `herald ${path.join(' ')} is no command`
  const unknown = words.filter((word) => /^--[a-z]/.test(word)).find((word) => !out.includes(word))
  return unknown === undefined ? undefined : `herald ${known}has no ${unknown}`
}

function unique(
  found: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return [...new Map(found.map((one) => [one.join(' '), one])).values()]
}
