/**
 * The part of Herald that owns a data folder, as a process that a test may kill. Writes one line of
 * JSON when its server is there, or when it could not be; stops when its input ends.
 */
import { startEmbeddedPostgres } from '../../../src/postgres/embedded/embedded-postgres.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = { info() {}, warn: console.error }

try {
  const postgres = await startEmbeddedPostgres({ dataDir, log, durable: false })
  console.log(JSON.stringify(postgres))
  process.stdin.resume()
  process.stdin.once('end', () => postgres.stop())
} catch (error) {
  console.log(JSON.stringify({ fault: error instanceof Error ? error.message : String(error) }))
}
