/** Moves schemas that have a title into the document's components, so that each stands there once. */
export function hoistNamed(document: Record<string, unknown>): Record<string, unknown> {
  const schemas = new Map<string, unknown>()
  const hoisted = walk(document, schemas)
  const named = Object.fromEntries([...schemas].sort(([one], [other]) => (one < other ? -1 : 1)))
  return { ...hoisted, components: { ...objectAt(hoisted, 'components'), schemas: named } }
}

function walk(
  value: Record<string, unknown>,
  schemas: Map<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'info' ? part : hoist(part, schemas)]),
  )
}

function hoist(value: unknown, schemas: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoist(item, schemas))
  if (!isObject(value)) return value
  const { title } = value
  if (typeof title !== 'string' || !isSchema(value)) return walk(value, schemas)
  const schema = walk(value, schemas)
  const known = schemas.get(title)
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
    throw new Error(`two schemas are named ${title}`)
  }
  schemas.set(title, schema)
  return { $ref: `#/components/schemas/${title}` }
}

function isSchema(value: Record<string, unknown>): boolean {
  return typeof value.type === 'string' || Array.isArray(value.anyOf)
}

function objectAt(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const part = value[key]
  return isObject(part) ? part : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
