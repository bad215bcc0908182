/** MQTT 5 properties as EMQX prints them: its own spelling, user properties twice. */
export interface PrintableProperties {
  /** The last value of each name. */
  readonly 'User-Property': Readonly<Record<string, string>>
  /** All of them, in order; absent where the client sent none. */
  readonly 'User-Property-Pairs'?: readonly UserProperty[]
  readonly [name: string]: unknown
}

export interface UserProperty {
  readonly key: string
  readonly value: string
}

export function printableProperties(properties: object | undefined): PrintableProperties {
  const printed: Record<string, unknown> = {}
  let pairs: readonly UserProperty[] = []
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'userProperties') pairs = userPropertyPairs(value)
    else printed[emqxName(name)] = typeof value === 'boolean' ? Number(value) : value
  }
  if (pairs.length === 0) return { ...printed, 'User-Property': {} }
  return {
    ...printed,
    'User-Property': Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
    'User-Property-Pairs': pairs,
  }
}

/** `messageExpiryInterval` → `Message-Expiry-Interval`. */
function emqxName(name: string): string {
  return name
    .replace(/^[a-z]/, upper)
    .replace(/[A-Z]/g, (letter, at) => (at > 0 ? `-${letter}` : letter))
}

function upper(letter: string): string {
  return letter.toUpperCase()
}

function userPropertyPairs(properties: unknown): UserProperty[] {
  const pairs: UserProperty[] = []
  for (const [key, values] of Object.entries(properties ?? {})) {
    for (const value of [values].flat()) pairs.push({ key, value: String(value) })
  }
  return pairs
}
