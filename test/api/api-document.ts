import { openApiApp } from '../support/api-app.ts'

/** Nobody listens there, and nobody is asked to. */
const NOWHERE = {
  host: '127.0.0.1',
  port: 1,
  user: 'nobody',
  database: 'nothing',
  ssl: false,
} as const

/** The OpenAPI document as Herald serves it, made without a database. */
export async function readApiDocument(): Promise<string> {
  const { app, close } = await openApiApp(NOWHERE)
  try {
    const { body } = await app.inject('/openapi.json')
    return body
  } finally {
    await close()
  }
}
