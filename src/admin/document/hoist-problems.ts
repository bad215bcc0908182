/** Moves the answers that are problems, the same for all operations, into the document's components. */
export function hoistProblems(document: Record<string, unknown>): Record<string, unknown> {
  const problems = new Map<string, unknown>()
  const paths = mapObject(document.paths, (path) =>
    mapObject(path, (operation) => hoistFrom(operation, problems)),
  )
  const responses = Object.fromEntries(
    [...problems].sort(([one], [other]) => (one < other ? -1 : 1)),
  )
  const { components } = document
  return { ...document, paths, components: { ...(isObject(components) && components), responses } }
}

function hoistFrom(operation: unknown, problems: Map<string, unknown>): unknown {
  if (!isObject(operation) || !isObject(operation.responses)) return operation
  const responses = mapObject(operation.responses, (response, status) => {
    if (!isProblem(response)) return response
    const name = `Problem${status}`
    const known = problems.get(name) ?? response
    // One with words of its own stays where it is.
    if (JSON.stringify(known) !== JSON.stringify(response)) return response
    problems.set(name, response)
    return { $ref: `#/components/responses/${name}` }
  })
  return { ...operation, responses }
}

function isProblem(response: unknown): boolean {
  if (!isObject(response) || !isObject(response.content)) return false
  return Object.hasOwn(response.content, 'application/problem+json')
}

function mapObject(value: unknown, map: (part: unknown, key: string) => unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, map(part, key)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
