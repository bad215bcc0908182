import type {
  DeviceRegistration,
  LoginFactsSource,
  UserProvisioning,
} from '../ports/login-ports.ts'
import { isIdentifier } from './identifier.ts'
import type {
  LoginFacts,
  LoginLink,
  LoginQuestion,
  LoginRefusal,
  LoginVerdict,
  Proof,
} from './login.ts'

/** What an installation decides about logins, whatever the credential. */
export interface LoginSettings {
  /** `ignore` leaves users whom Herald doesn't know to the broker's next source. */
  readonly strangers: 'deny' | 'ignore'
  readonly devices: {
    readonly max: number
    /** Whether an unknown device becomes the user's own on its first login. */
    readonly selfRegistration: boolean
  }
}

export interface LoginChainParts {
  /** In the order in which they are tried. */
  readonly links: readonly LoginLink[]
  readonly facts: LoginFactsSource
  readonly registration: DeviceRegistration
  readonly provisioning: UserProvisioning
  readonly settings: LoginSettings
}

export interface LoginChain {
  mayConnect(question: LoginQuestion): Promise<LoginVerdict>
  /** The same of a user who is on no device that Herald is told of. */
  mayEnter(question: Omit<LoginQuestion, 'clientId'>): Promise<LoginVerdict>
}

/** No device has this client id, and no broker's question gets through with it. */
const NO_DEVICE = '$'

type Ask = () => Promise<LoginFacts>

/**
 * Answers a broker's login questions: the names first, then the credential, then the user, then the
 * device. A device that is known costs one question to Postgres and writes nothing.
 */
export function createLoginChain(parts: LoginChainParts): LoginChain {
  return {
    mayConnect: async (question) =>
      isIdentifier(question.clientId) ? decide(parts, question) : deny('bad-client-id'),
    mayEnter: (question) => decide(parts, { ...question, clientId: NO_DEVICE }),
  }
}

async function decide(parts: LoginChainParts, question: LoginQuestion): Promise<LoginVerdict> {
  const { clientId, username: uid, credential } = question
  if (!isIdentifier(uid)) return deny('bad-username')
  const link = credential === '' ? undefined : firstLink(parts.links, credential)
  const storedProof = link?.storedProof ?? 'nothing'
  let asked: Promise<LoginFacts> | undefined
  const ask: Ask = () => {
    asked ??= parts.facts.ask({ uid, clientId, storedProof })
    return asked
  }
  // A link that can't make a user has nothing to say about a stranger, so it need not spend argon2.
  if (link?.mayProvision !== true && (await isLeftToOthers(parts, ask))) return STRANGER
  if (link === undefined) return deny(credential === '' ? 'no-credential' : 'unknown-kind')
  const proof = await link.prove(question, ask)
  switch (proof.kind) {
    case 'unavailable':
      return proof
    case 'refused':
      return (await isLeftToOthers(parts, ask)) ? STRANGER : deny(proof.reason)
    case 'proved':
      return admit(parts, question, await ask(), link, proof)
  }
}

/** The first link that recognises a credential's form decides alone. */
function firstLink(links: readonly LoginLink[], credential: string): LoginLink | undefined {
  for (const link of links) if (link.recognises(credential)) return link
  return undefined
}

async function isLeftToOthers({ settings }: LoginChainParts, ask: Ask): Promise<boolean> {
  return settings.strangers === 'ignore' && (await ask()).user === 'unknown'
}

/** Decides about the user and the device of a login whose credential is proved. */
async function admit(
  parts: LoginChainParts,
  { username: uid, clientId }: LoginQuestion,
  facts: LoginFacts,
  link: LoginLink,
  proof: Proof & { readonly kind: 'proved' },
): Promise<LoginVerdict> {
  const user =
    facts.user === 'unknown' && link.mayProvision
      ? await parts.provisioning.provision(uid)
      : facts.user
  if (user !== 'active') return deny(`${user}-user`)
  if (clientId === NO_DEVICE) return allow(proof)
  const refusal =
    facts.device === 'unknown' ? await register(parts, uid, clientId) : deviceRefusal(facts.device)
  return refusal === undefined ? allow(proof) : deny(refusal)
}

function deviceRefusal(device: 'own' | 'foreign' | 'revoked'): LoginRefusal | undefined {
  return device === 'own' ? undefined : `${device}-device`
}

async function register(
  { registration, settings: { devices } }: LoginChainParts,
  uid: string,
  clientId: string,
): Promise<LoginRefusal | undefined> {
  if (!devices.selfRegistration) return 'unknown-device'
  const outcome = await registration.register({ uid, clientId, devicesMax: devices.max })
  switch (outcome) {
    case 'registered':
      return undefined
    case 'own':
    case 'foreign':
    case 'revoked':
      return deviceRefusal(outcome)
    case 'full':
      return 'too-many-devices'
    case 'unknown-user':
      return 'unknown-user'
  }
}

const ALLOW: LoginVerdict = { kind: 'allow' }
const STRANGER: LoginVerdict = { kind: 'ignore', reason: 'unknown-user' }

function allow({ expireAt, clientAttrs }: Proof & { readonly kind: 'proved' }): LoginVerdict {
  if (expireAt === undefined && clientAttrs === undefined) return ALLOW
  return {
    kind: 'allow',
    ...(expireAt !== undefined && { expireAt }),
    ...(clientAttrs !== undefined && { clientAttrs }),
  }
}

function deny(reason: LoginRefusal): LoginVerdict {
  return { kind: 'deny', reason }
}
