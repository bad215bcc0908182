import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LOGIN_BODY, renderBody, TOPIC_BODY } from '../../../../demo/broker/hooks/body-template.ts'

describe('the bodies', () => {
  it('are those that emqx/5/herald.conf has an EMQX send', () => {
    const conf = readFileSync(new URL('../../../../emqx/5/herald.conf', import.meta.url), 'utf8')

    const configured = [...conf.matchAll(/^ *body \{\n(.*?)\n *\}$/gms)]

    expect(configured.map(([, fields = '']) => fieldsOf(fields))).toEqual([LOGIN_BODY, TOPIC_BODY])
  })
})

describe('renderBody', () => {
  it('fills in what is known, as text, and writes JSON', () => {
    const body = renderBody({ who: '<${username}>', fixed: 'x' }, { username: 'a"\\ü\n' }, {})

    expect(body).toBe('{"who":"<a\\"\\\\ü\\n>","fixed":"x"}')
  })

  it('does not take what it filled in for a placeholder', () => {
    const body = renderBody({ a: '${username}' }, { username: '${password}', password: 's' }, {})

    expect(JSON.parse(body)).toEqual({ a: '${password}' })
  })

  it('leaves an unknown placeholder as it is, and then all client_attrs too', () => {
    const attributes = { tenant: 'acme' }
    const known = { tenant: '${client_attrs.tenant}', none: '${client_attrs.none}' }

    const without = renderBody(known, {}, attributes)
    const withUnknown = renderBody({ ...known, odd: '${odd}' }, {}, attributes)

    expect(JSON.parse(without)).toEqual({ tenant: 'acme', none: '' })
    expect(JSON.parse(withUnknown)).toEqual({ ...known, odd: '${odd}' })
  })
})

function fieldsOf(block: string): Record<string, string> {
  const lines = [...block.matchAll(/^ *(\w+) = "(.*)"$/gm)]
  return Object.fromEntries(lines.map(([, name = '', text = '']) => [name, text]))
}
