const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g

/**
 * The paths of keys that an object in `json`, which is JSON, has twice. `JSON.parse` keeps the last one
 * without a word.
 */
export function duplicateKeys(json: string): readonly string[] {
  const open: Holder[] = []
  const twice: string[] = []
  for (const [token] of json.matchAll(TOKENS)) {
    const holder = open.at(-1)
    switch (token) {
      case '{':
      case '[':
        open.push({
          path: pathOf(holder),
          keys: token === '{' ? new Set() : undefined,
          key: undefined,
        })
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        if (holder !== undefined) holder.key = undefined
        break
      default:
        if (holder !== undefined) take(holder, token, twice)
    }
  }
  return twice
}

interface Holder {
  readonly path: string
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined
  /** The one whose value comes. */
  key: string | undefined
}

/** In an object, the first text after `{` or `,` is a key. */
function take(holder: Holder, token: string, twice: string[]): void {
  const { keys } = holder
  if (keys === undefined || holder.key !== undefined) return
  holder.key = String(JSON.parse(token))
  if (keys.has(holder.key)) twice.push(pathOf(holder))
  keys.add(holder.key)
}

function pathOf(holder: Holder | undefined): string {
  if (holder === undefined) return ''
  return [holder.path, holder.key].filter(Boolean).join('.')
}
