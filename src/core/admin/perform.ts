import { hash } from 'node:crypto'
import { createDirectory, type Directory } from '../directory/directory.ts'
import type { DirectoryParts } from '../directory/directory-parts.ts'
import { checkPassword } from '../directory/password.ts'
import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { Actor } from './actor.ts'
import { type Answer, openAnswer, sealAnswer } from './answer.ts'

/** A change that somebody asks for. */
export interface Action {
  readonly actor: Actor
  readonly requestId: string
  /** What is done, to what: `user.disable` to `user/ann`. */
  readonly action: string
  /** A function where it gets its id only by being made. */
  readonly target: string | (() => string)
  /** So that the same request, sent again, is answered again and not done again. */
  readonly idempotency: Idempotency | undefined
  /** The tag of what the caller has seen; undefined where it does not care. */
  readonly ifMatch: string | undefined
  /** Hashed before the transaction, which would stay open for as long as argon2 takes. */
  readonly password?: string | undefined
  /**
   * What is changed, as the audit log keeps it (without secrets) and as callers see it; undefined where
   * it is not there. Locks it, where somebody else could change it meanwhile.
   */
  snapshot(tools: ActionTools): Promise<unknown>
  run(tools: ActionTools): Promise<Ran>
}

export interface Ran extends Answer {
  /** For the audit log, instead of the state afterwards, where that does not show what was done. */
  readonly done?: unknown
}

export interface Idempotency {
  readonly key: string
  /** SHA-256 of the request. */
  readonly request: Buffer
}

/** All on one transaction. */
export interface ActionTools {
  readonly directory: Directory
  readonly stores: Stores
}

/**
 * Does what is asked for, remembers who asked, and keeps the answer for a repeat: all of it in one
 * transaction, or, where a rule is broken, nothing.
 */
export async function perform(given: DirectoryParts, action: Action): Promise<Answer> {
  const parts = await withHash(given, action)
  return parts.unitOfWork.run(async (stores) => {
    const repeated = await repeatedAnswer(stores, action)
    if (repeated !== undefined) return repeated
    const tools = { stores, directory: directoryOn(parts, stores) }
    const before = await action.snapshot(tools)
    checkMatch(action, before)
    const { done, ...ran } = await action.run(tools)
    const after = await action.snapshot(tools)
    const answer = after === undefined ? ran : withTag(ran, after)
    await note(stores, action, before, done ?? after)
    await keep(stores, action, answer)
    return answer
  })
}

async function withHash(parts: DirectoryParts, { password }: Action): Promise<DirectoryParts> {
  if (password === undefined) return parts
  checkPassword(password, parts.looksLikeToken)
  const hash = await parts.hashPassword(password)
  return { ...parts, hashPassword: async () => hash }
}

/** The tag of a state, in the form of RFC 9110 §8.8.3. */
export function etagOf(state: unknown): string {
  return `"${hash('sha256', JSON.stringify(state), 'base64url').slice(0, 22)}"`
}

function withTag(answer: Answer, state: unknown): Answer {
  return { ...answer, headers: { ...answer.headers, etag: etagOf(state) } }
}

function directoryOn(parts: DirectoryParts, stores: Stores): Directory {
  return createDirectory({ ...parts, unitOfWork: { run: (work) => work(stores) } })
}

async function repeatedAnswer(
  { idempotency }: Stores,
  { actor, idempotency: asked }: Action,
): Promise<Answer | undefined> {
  if (asked === undefined) return undefined
  const kept = await idempotency.find(actor.name, asked.key)
  if (kept === undefined) return undefined
  if (!kept.request.equals(asked.request)) throw reused(asked, 'for another request')
  const answer = openAnswer(kept.answer, actor.secret)
  if (answer === undefined) throw reused(asked, 'with another credential')
  return { ...answer, isRepeated: true }
}

function reused({ key }: Idempotency, how: string): DomainError {
  const message = `the Idempotency-Key ${JSON.stringify(key)} was used ${how}`
  return new DomainError('IDEMPOTENCY_KEY_REUSED', message, 'Idempotency-Key')
}

async function keep(
  { idempotency }: Stores,
  { actor, idempotency: asked }: Action,
  answer: Answer,
): Promise<void> {
  if (asked === undefined) return
  const { key, request } = asked
  await idempotency.keep(actor.name, key, { request, answer: sealAnswer(answer, actor.secret) })
}

function checkMatch(action: Action, before: unknown): void {
  const { ifMatch } = action
  if (ifMatch === undefined || (ifMatch === '*' && before !== undefined)) return
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (before !== undefined && tags.includes(etagOf(before))) return
  const message = `${targetOf(action)} has changed since it was read: read it again`
  throw new DomainError('PRECONDITION_FAILED', message, 'If-Match')
}

async function note(
  { audit }: Stores,
  change: Action,
  before: unknown,
  after: unknown,
): Promise<void> {
  const { actor, action, requestId } = change
  const target = targetOf(change)
  await audit.insert({ actor: actor.name, action, target, requestId, before, after })
}

function targetOf({ target }: Action): string {
  return typeof target === 'string' ? target : target()
}
