import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whom Herald is told to trust. */
export const CA_PATH = fileURLToPath(new URL('tls/ca.pem', import.meta.url))

/** What the peers show; see `tls/README.md`. */
export const CERTIFICATE = {
  cert: readFileSync(new URL('tls/localhost.pem', import.meta.url)),
  key: readFileSync(new URL('tls/localhost-key.pem', import.meta.url)),
} as const
