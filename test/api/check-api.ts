import { fileURLToPath } from 'node:url'
import { lintFromString, loadConfig } from '@redocly/openapi-core'
import { readApiDocument } from './api-document.ts'

/** `npm run check:api`: holds the API's document against Redocly's rules; a warning counts as an error. */
const configPath = fileURLToPath(new URL('../../redocly.yaml', import.meta.url))
const config = await loadConfig({ configPath })
const source = await readApiDocument()
const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })

for (const { ruleId, message, location } of problems) {
  const [at] = location
  process.stderr.write(`${ruleId} at ${at?.pointer ?? '#/'}: ${message}\n`)
}
process.exitCode = problems.length === 0 ? 0 : 1
