import type { ConfigFault } from './config-faults.ts'
import { SETTINGS } from './settings.ts'
import type { Sources } from './sources.ts'

/**
 * Names that begin with `HERALD_` and mean nothing. They stop the start: a security setting with a
 * typo in its name would otherwise be silently left at its default.
 */
export function unknownNames({ env, envFile }: Sources): readonly ConfigFault[] {
  const names = new Set([...Object.keys(env), ...Object.keys(envFile)])
  return [...names].filter(isUnknown).sort().map(unknownName)
}

/** `HERALD_TEST_SIZE` and the like belong to the tests. */
const OF_THE_TESTS = /^HERALD_TEST_/
/** What Kubernetes gives every pod beside a Service named "herald" (service links). */
const OF_KUBERNETES = /^HERALD_(SERVICE_(HOST|PORT(_.+)?)|PORT_\d+_(TCP|UDP|SCTP)(_.+)?)$/

const KNOWN = new Set(SETTINGS.map(({ name }) => name))

function isUnknown(name: string): boolean {
  if (!name.startsWith('HERALD_') || KNOWN.has(name)) return false
  return !OF_THE_TESTS.test(name) && !OF_KUBERNETES.test(name)
}

function unknownName(name: string): ConfigFault {
  const nearest = nearestName(name)
  const remedy = 'remove it, or look for its name in docs/configuration.md'
  return {
    name,
    problem: 'is no setting of Herald',
    remedy: nearest === undefined ? remedy : `did you mean ${nearest}? Otherwise remove it`,
  }
}

/** More edits than these make another name, not a typo. */
const EDITS_MAX = 4

function nearestName(name: string): string | undefined {
  const [best] = [...KNOWN]
    .map((known) => ({ known, edits: editDistance(name, known) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= EDITS_MAX ? best.known : undefined
}

/** Levenshtein's distance: how many letters to insert, remove or replace. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, otherLetter] of [...other].entries()) {
      const replaced = at(row, j) + (letter === otherLetter ? 0 : 1)
      next.push(Math.min(replaced, at(row, j + 1) + 1, at(next, j) + 1))
    }
    row = next
  }
  return at(row, other.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
