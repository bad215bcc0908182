import type { LoginFacts, LoginLink, LoginQuestion, Proof } from '../../src/core/access/login.ts'

/** 2026-11-23, in milliseconds. */
export const START_MS = Date.UTC(2026, 10, 23)
export const START_S = START_MS / 1000

/** A clock that stands still until a test moves it. */
export function aClock() {
  let time = START_MS
  return {
    now: () => time,
    move(ms: number) {
      time += ms
    },
  }
}

/** Ann's phone logs in; a test states the credential at least. */
export function aLogin(question: Partial<LoginQuestion>): LoginQuestion {
  return { clientId: 'phone', username: 'ann', credential: '', address: '192.0.2.1', ...question }
}

/** Facts of an active user on a device of their own, with nothing to log in with. */
export function aLoginFacts(facts: Partial<LoginFacts> = {}): LoginFacts {
  return { user: 'active', device: 'own', secrets: [], passwordVersion: undefined, ...facts }
}

/** Asks a link as the chain does. */
export async function prove(
  link: LoginLink,
  question: Partial<LoginQuestion>,
  facts: Partial<LoginFacts> = {},
): Promise<Proof> {
  return await link.prove(aLogin(question), async () => aLoginFacts(facts))
}

export function refused(reason: string) {
  return { kind: 'refused', reason }
}
