import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const COUNT_TESTS = join(import.meta.dirname, '../../.ci/count-tests.js')
const ALL_PASSED = ['install=passed', 'check=passed', 'tests=passed']
const TESTS_FAILED = ['install=passed', 'check=passed', 'tests=failed']

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herald-ci-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The printed lines and the exit code for a report of files with the outcomes of their tests. */
async function count(
  files: Readonly<Record<string, readonly string[]>> | undefined,
  steps: readonly string[],
): Promise<readonly [...string[], number]> {
  const report = join(folder, 'tests.json')
  if (files !== undefined) writeFileSync(report, JSON.stringify(reportOf(files)))
  return new Promise((resolve) => {
    execFile(process.execPath, [COUNT_TESTS, report, ...steps], (error, stdout) => {
      resolve([...stdout.trim().split('\n'), typeof error?.code === 'number' ? error.code : 0])
    })
  })
}

/** As vitest's JSON reporter writes it; a file without tests could not be loaded. */
function reportOf(files: Readonly<Record<string, readonly string[]>>): object {
  const tests = Object.values(files).flat()
  return {
    numPassedTests: tests.filter((status) => status === 'passed').length,
    numFailedTests: tests.filter((status) => status === 'failed').length,
    testResults: Object.entries(files).map(([name, statuses]) => ({
      name,
      status: statuses.length > 0 && !statuses.includes('failed') ? 'passed' : 'failed',
      assertionResults: statuses.map((status) => ({ status })),
    })),
  }
}

describe('the last line of .ci/run', () => {
  it('counts what passed', async () => {
    const files = { 'a.test.ts': ['passed', 'passed'], 'b.test.ts': ['passed', 'skipped'] }

    expect(await count(files, ALL_PASSED)).toEqual(['3 passed, 0 failed', 0])
  })

  it('counts what failed, once', async () => {
    const files = { 'a.test.ts': ['passed', 'failed'], 'b.test.ts': ['failed'] }

    expect(await count(files, TESTS_FAILED)).toEqual(['1 passed, 2 failed', 1])
  })

  it('counts a file that could not be loaded', async () => {
    expect(await count({ 'a.test.ts': ['passed'], 'b.test.ts': [] }, TESTS_FAILED)).toEqual([
      'test file could not be run: b.test.ts',
      '1 passed, 1 failed',
      1,
    ])
  })

  it('counts a failed check beside tests that pass', async () => {
    const steps = ['install=passed', 'check=failed', 'tests=passed']

    expect(await count({ 'a.test.ts': ['passed'] }, steps)).toEqual([
      'step: check=failed',
      '1 passed, 1 failed',
      1,
    ])
  })

  it('counts a test run that failed though its tests did not', async () => {
    expect(await count({ 'a.test.ts': ['passed'] }, TESTS_FAILED)).toEqual([
      'step: tests=failed',
      '1 passed, 1 failed',
      1,
    ])
  })

  it('is there when nothing was run', async () => {
    const steps = ['install=failed', 'check=not-run', 'tests=not-run']

    expect((await count(undefined, steps)).slice(-2)).toEqual(['0 passed, 3 failed', 1])
  })

  it('is no success where there were no tests', async () => {
    expect(await count({}, ALL_PASSED)).toEqual(['0 passed, 0 failed', 1])
  })
})
