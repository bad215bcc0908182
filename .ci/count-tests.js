import { existsSync, readFileSync } from 'node:fs'

// Prints "N passed, N failed" from the test runner's report, and exits with 1 unless all is well.
//
// usage: node count-tests.js REPORT STEP=OUTCOME…
//
// What failed without a test of its own (a step, a file that can't be loaded) counts as one and is named,
// so that no failure looks like "0 failed".
const [report = '', ...steps] = process.argv.slice(2)
const { passed, failed, brokenFiles } = readReport(report)

const others = [
  ...brokenFiles.map((file) => `test file could not be run: ${file}`),
  ...steps.filter(isUncounted).map((step) => `step: ${step}`),
]
for (const other of others) console.log(other)
console.log(`${passed} passed, ${failed + others.length} failed`)
process.exitCode = passed > 0 && failed + others.length === 0 ? 0 : 1

function readReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, brokenFiles: [] }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  const broken = testResults.filter(isBroken)
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    brokenFiles: broken.map(({ name }) => name),
  }
}

function isBroken({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
}

/** The tests' step fails with its tests; it counts only where nothing in the report says why. */
function isUncounted(step) {
  const [name, outcome] = step.split('=')
  if (outcome === 'passed') return false
  return name !== 'tests' || failed + brokenFiles.length === 0
}
