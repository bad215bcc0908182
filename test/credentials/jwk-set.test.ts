import { describe, expect, it } from 'vitest'
import { parseKeySet } from '../../src/credentials/jwk-set.ts'
import { anotherSigner, aSigner } from '../support/jwt-world.ts'
import { jwkOf } from '../support/key-set-server.ts'

const ALLOWED = ['ES256'] as const
const FIRST = jwkOf(aSigner('ES256'), { kid: 'a' })
const SECOND = jwkOf(anotherSigner('ES256'), { kid: 'b' })

function parse(keys: readonly object[], former: Parameters<typeof parseKeySet>[2] = new Map()) {
  return parseKeySet(JSON.stringify({ keys }), ALLOWED, former)
}

describe('parseKeySet', () => {
  it('keeps a key that stays in the set the same, so that its tokens stay remembered', () => {
    const former = parse([FIRST])
    const later = parse([SECOND, FIRST], former)

    const [key] = [...(former?.values() ?? [])]
    expect(key).toBeDefined()
    expect([...(later?.values() ?? [])][1]).toBe(key)
  })

  it('is no set without a key of use', () => {
    expect(parse([])).toBeUndefined()
    expect(parse([{ kty: 'EC' }])).toBeUndefined()
  })

  it('takes no more keys than anybody publishes', () => {
    const keys = Array.from({ length: 100 }, (_, n) => ({ ...FIRST, kid: `${n}` }))

    expect(parse(keys)?.size).toBe(64)
  })
})
