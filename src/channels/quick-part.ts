import {
  IfTag,
  Output,
  type Template,
  type Token,
  TokenKind,
  TypeGuards,
  type Value,
} from 'liquidjs'
import type { Scope } from './template-scope.ts'

/** Says what a parsed template says. Throws where Liquid would. */
export type Quick<Result = string> = (scope: Scope) => Result

/**
 * Liquid takes several microseconds for each part, most of them for its context. Templates that hold
 * nothing but variables, `default` and `if` are therefore made into functions. Undefined where there
 * is more in one, so that Liquid has to do it.
 */
export function quickPart(templates: readonly Template[]): Quick | undefined {
  const pieces = allOf(templates.map(pieceOf))
  if (pieces === undefined) return undefined
  return (scope) => {
    let text = ''
    for (const piece of pieces) text += piece(scope)
    return text
  }
}

function pieceOf(template: Template): Quick | undefined {
  const { token } = template
  if (TypeGuards.isHTMLToken(token)) {
    const text = token.getContent()
    return () => text
  }
  if (template instanceof Output) return outputOf(template.value)
  if (template instanceof IfTag) return choiceOf(template)
  return undefined
}

function outputOf({ initial, filters }: Value): Quick | undefined {
  const read = operandOf(initial.postfix)
  if (read === undefined) return undefined
  const [filter, ...more] = filters
  if (filter === undefined) return (scope) => written(known(read(scope)))
  const [fallback] = filter.args
  const isDefault = filter.name === 'default' && filter.args.length === 1 && more.length === 0
  if (!isDefault || fallback === undefined || Array.isArray(fallback)) return undefined
  const otherwise = operandOf([fallback])
  if (otherwise === undefined) return undefined
  return (scope) => {
    const value = read(scope)
    return written(isTrue(value) && value !== '' ? value : known(otherwise(scope)))
  }
}

function choiceOf({ branches, elseTemplates = [] }: IfTag): Quick | undefined {
  const choices = allOf(
    branches.map(({ value, templates }) => {
      const test = value.filters.length === 0 ? testOf(value.initial.postfix) : undefined
      const say = quickPart(templates)
      return test && say && { test, say }
    }),
  )
  const otherwise = quickPart(elseTemplates)
  if (choices === undefined || otherwise === undefined) return undefined
  return (scope) => {
    for (const { test, say } of choices) if (test(scope)) return say(scope)
    return otherwise(scope)
  }
}

/** `a` or `a > 1`: all that a template of ours asks. */
function testOf(postfix: readonly Token[]): Quick<boolean> | undefined {
  const [left, right, operator, ...more] = postfix
  if (left === undefined || more.length > 0) return undefined
  const read = operandOf([left])
  if (read === undefined) return undefined
  if (right === undefined) return (scope) => isTrue(read(scope))
  if (operator?.kind !== TokenKind.Operator || operator.getText() !== '>') return undefined
  if (!TypeGuards.isNumberToken(right)) return undefined
  const bound = right.content
  return (scope) => {
    const value = read(scope)
    return typeof value === 'number' && value > bound
  }
}

function operandOf(postfix: readonly Token[]): Quick<unknown> | undefined {
  const [token, ...more] = postfix
  if (token === undefined || more.length > 0) return undefined
  if (TypeGuards.isQuotedToken(token)) {
    const text = token.getText().slice(1, -1)
    return text.includes('\\') ? undefined : () => text
  }
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined) return undefined
  const path = allOf(
    token.props.map((one) => (TypeGuards.isWordToken(one) ? one.content : undefined)),
  )
  if (path === undefined || path.some((name) => LIQUIDS_OWN.includes(name))) return undefined
  const [name = '', inner, ...deeper] = path
  if (deeper.length > 0) return undefined
  return inner === undefined ? (scope) => own(scope, name) : (scope) => own(own(scope, name), inner)
}

/** What Liquid finds in everything. */
export const LIQUIDS_OWN: readonly string[] = ['size', 'first', 'last']

/** As in Liquid, what is in nothing is nothing. */
function own(from: unknown, name: string): unknown {
  if (from === null) return null
  if (typeof from !== 'object' || !Object.hasOwn(from, name)) return undefined
  return Reflect.get(from, name)
}

function known(value: unknown): unknown {
  if (value === undefined) throw new Error('undefined variable')
  return value
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

function written(value: unknown): string {
  return value === null ? '' : String(value)
}

function allOf<Item>(items: readonly (Item | undefined)[]): readonly Item[] | undefined {
  const found = items.filter((item) => item !== undefined)
  return found.length === items.length ? found : undefined
}
