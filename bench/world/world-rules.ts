/** A custom rule of the seeded world; for one user, one group's members, or everyone. */
export interface WorldRule {
  readonly effect: 'allow' | 'deny'
  readonly action: 'publish' | 'subscribe' | 'all'
  readonly filter: string
  readonly user?: number
  readonly group?: number
}

/**
 * A tenth of the rules is for everyone and three tenths are about a user's own things, both of which
 * chat questions pass by; the others silence a user, close a group or open a room to a group.
 */
export function worldRules(count: number, users: number, groups: number): readonly WorldRule[] {
  return Array.from({ length: count }, (_, rule) =>
    worldRule(rule, (rule * 997) % users, (rule * 97) % groups),
  )
}

function worldRule(rule: number, user: number, group: number): WorldRule {
  const kind = rule % 10
  if (kind === 0) {
    return { effect: 'allow', action: 'all', filter: `fleet/${rule}/+/\${uid}/#` }
  }
  if (kind <= 3) {
    return { effect: 'allow', action: 'all', filter: `things/${rule}/\${clientid}/+`, user }
  }
  if (kind <= 5) return { effect: 'deny', action: 'publish', filter: 'group/+/inbox/+', user }
  if (kind <= 7) {
    return { effect: 'deny', action: 'publish', filter: `group/group${group}/inbox/+`, group }
  }
  return { effect: 'allow', action: 'subscribe', filter: `room/${rule}/#`, group }
}
