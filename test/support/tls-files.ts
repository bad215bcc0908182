import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a TLS server shows. */
export interface ServerCertificate {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Whom our code is to trust, as a setting names it. */
export const CA_PATH = fileURLToPath(fixtureUrl('ca.pem'))

/** Certificates by what our code must make of them; see `test/fixtures/tls/README.md`. */
export const CERTIFICATES = {
  good: certificate('localhost'),
  ofAnotherName: certificate('wrong-name'),
  ofAnotherAuthority: certificate('other-ca-localhost'),
} as const

function certificate(name: string): ServerCertificate {
  return {
    cert: readFileSync(fixtureUrl(`${name}.pem`)),
    key: readFileSync(fixtureUrl(`${name}-key.pem`)),
  }
}

function fixtureUrl(file: string): URL {
  return new URL(`../fixtures/tls/${file}`, import.meta.url)
}
