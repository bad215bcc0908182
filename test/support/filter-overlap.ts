/** Whether some topic is matched by both filters: what a tree of rules has to find. Both are valid. */
export function overlaps(one: string, other: string): boolean {
  return overlapsLevels(one.split('/'), other.split('/'))
}

function overlapsLevels(one: readonly string[], other: readonly string[]): boolean {
  if (isWildcard(one[0]) && other[0]?.startsWith('$')) return false
  if (isWildcard(other[0]) && one[0]?.startsWith('$')) return false
  for (let index = 0; ; index++) {
    const a = one[index]
    const b = other[index]
    if (a === '#' || b === '#') return true
    if (a === undefined || b === undefined) return a === b
    if (a !== b && a !== '+' && b !== '+') return false
  }
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#'
}
