import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { apnsKind } from '../../src/providers/apns/apns-provider.ts'
import { APNS_REASONS } from '../../src/providers/apns/apns-reasons.ts'
import { createFieldReader } from '../../src/providers/field-reader.ts'
import { codeOf, readPage, sectionOf } from './pages.ts'

const page = readPage('docs/providers/apns.md')

describe('docs/providers/apns.md', () => {
  it('shows settings that are read', () => {
    const [, json = ''] = sectionOf(page, 'Settings').split(/```(?:json)?\n/)
    const entry: unknown = JSON.parse(json).apns
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const readFile = () => String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const fields = createFieldReader('apns', entry, { env: {}, readFile })

    const names = apnsKind.read(fields)?.names
    fields.finish()

    expect(fields.faults).toEqual([])
    expect(names).toEqual(['apns', 'apns-sandbox'])
  })

  it('names reasons that are in the table', () => {
    const section = sectionOf(page, 'What its answers mean')
    const named = codeOf({ ...page, text: section }).filter((code) => /^[A-Z]\w+[a-z]$/.test(code))

    const unknown = named.filter((reason) => !(reason in APNS_REASONS) && reason !== 'Retry-After')
    expect(named.length).toBeGreaterThan(8)
    expect(unknown).toEqual([])
  })
})
