import fc from 'fast-check'
import { formQuestion, queryQuestion, type WireQuestion } from '../../support/hook-wire.ts'
import { type Base, neededFields } from './bad-request.ts'
import { INVALID_UTF8 } from './invalid-utf8.ts'

type Fault = (base: Base) => fc.Arbitrary<WireQuestion>

/** Of forms and queries, which EMQX 4 sends. */
export const FORM_FAULTS: Readonly<Record<string, Fault>> = {
  'duplicate field of a form': (base) =>
    fc
      .tuple(
        fc.constantFrom(...Object.keys(base.fields)),
        fc.constantFrom('ann', 'bob', '1', '2', ''),
        fc.constantFrom('plain', 'escaped', 'bare'),
        fc.boolean(),
      )
      .map(([name, value, manner, isQuery]) => {
        const key = manner === 'escaped' ? percent(name) : name
        return appended(base, manner === 'bare' ? key : `${key}=${value}`, isQuery)
      }),

  'duplicate of a further field': (base) =>
    fc.boolean().map((isQuery) => appended(base, 'x=1&x=1', isQuery)),

  'bad escape': (base) =>
    fc
      .tuple(
        fc.constantFrom(...BAD_ESCAPES),
        fc.constantFrom(...Object.keys(base.fields), 'x'),
        fc.boolean(),
      )
      .map(([bad, name, isQuery]) => {
        const { [name]: value = '', ...rest } = base.fields
        return appended(
          { ...base, fields: rest },
          `${name}=${encodeURIComponent(value)}${bad}`,
          isQuery,
        )
      }),

  'bad escape in a name': (base) =>
    fc
      .tuple(fc.constantFrom(...BAD_ESCAPES), fc.boolean())
      .map(([bad, isQuery]) => appended(base, `x${bad}=1`, isQuery)),

  'form that is not UTF-8': (base) =>
    fc.constantFrom(...INVALID_UTF8).map((bad) => {
      const question = formQuestion(base.question, base.fields)
      return {
        ...question,
        body: Buffer.concat([Buffer.from(`${question.body}&x=`), Buffer.from(bad)]),
      }
    }),

  'empty form': (base) =>
    fc.constantFrom('', '&', '=', '&&&', '=&=', 'null', '%00').map((body) => ({
      ...formQuestion(base.question, {}),
      body,
    })),

  'list in a query': (base) =>
    fc
      .tuple(fc.constantFrom(...neededFields(base)), fc.constantFrom('[]', '[0]', '.0', '[value]'))
      .map(([name, suffix]) => {
        const { [name]: value = '', ...rest } = base.fields
        return queryQuestion(base.question, { ...rest, [`${name}${suffix}`]: value })
      }),
}

/** The fields with more text behind them, as a form or as a query. */
function appended({ question, fields }: Base, more: string, isQuery: boolean): WireQuestion {
  const form = formQuestion(question, fields)
  const query = queryQuestion(question, fields)
  return isQuery
    ? { ...query, path: `${query.path}&${more}` }
    : { ...form, body: `${form.body}&${more}` }
}

function percent(name: string): string {
  return [...name].map((unit) => `%${unit.charCodeAt(0).toString(16)}`).join('')
}

const BAD_ESCAPES = [
  '%',
  '%z',
  '%zz',
  '%4',
  '%u0041',
  '%%',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%f4%90%80%80',
  '%e2%82',
  '%C3%28',
]
