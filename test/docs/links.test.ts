import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeOf, type DocPage, ROOT, readPages } from './pages.ts'

const pages = readPages()

describe('a page of the documentation', () => {
  it.each(pages.map((page) => [page.path, page] as const))(
    '%s leads to what is there',
    (_, page) => {
      expect(linksOf(page).flatMap((link) => faultOf(page, link))).toEqual([])
    },
  )

  it.each(pages.map((page) => [page.path, page] as const))(
    '%s names files that are there',
    (_, page) => {
      expect(
        codeOf(page)
          .filter(isFile)
          .filter((path) => !isThere(path)),
      ).toEqual([])
    },
  )
})

describe('a fault', () => {
  it.each([
    ['a page that is not there', '[a](docs/nothing.md)'],
    ['a heading that is not there', '[a](docs/logins.md#nothing)'],
    ['a heading of its own that is not there', '[a](#nothing)'],
  ])('is a link to %s', (_, text) => {
    const page = { path: 'README.md', text }

    expect(linksOf(page).flatMap((link) => faultOf(page, link))).toHaveLength(1)
  })

  it.each(['src/core/nothing.ts', 'nothing-at-all.ts', 'test/nothing/'])(
    'is the name of a file that is not there: %s',
    (path) => {
      expect(isFile(path) && !isThere(path)).toBe(true)
    },
  )
})

function linksOf({ text }: DocPage): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

function faultOf({ path, text }: DocPage, link: string): readonly string[] {
  const [target = '', anchor] = link.split('#')
  const file = target === '' ? path : posix.join(dirname(path), target)
  if (!existsSync(join(ROOT, file))) return [`${link} leads nowhere`]
  if (anchor === undefined) return []
  const headings = target === '' ? text : (pages.find((page) => page.path === file)?.text ?? '')
  return anchorsOf(headings).includes(anchor) ? [] : [`${link} has no such heading`]
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Folders of the project, and sources that are called by their name alone. */
const FILE = /^(?:(?:src|test|docs|emqx|demo|bench|bin|migrations|\.ci)\/[\w./-]*|[\w-]+\.ts)$/

function isFile(code: string): boolean {
  return FILE.test(code)
}

const sources = new Set(
  globSync('{src,test,demo,bench}/**/*.ts', { cwd: ROOT }).map((path) => basename(path)),
)

function isThere(path: string): boolean {
  return path.includes('/') ? existsSync(join(ROOT, path)) : sources.has(path)
}
