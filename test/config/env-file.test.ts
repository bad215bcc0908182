import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvFile } from '../../src/config/env-file.ts'
import { StartFault } from '../../src/core/start-fault.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herald-env-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('.env', () => {
  it('sets what it says', () => {
    const lines = ['# Herald', 'HERALD_PORT=9000', 'export HERALD_HOST="::1"', '', 'OTHER=1']
    writeFileSync(join(folder, '.env'), lines.join('\n'))

    expect(readEnvFile(folder)).toEqual({ HERALD_PORT: '9000', HERALD_HOST: '::1', OTHER: '1' })
  })

  it('need not be there', () => {
    expect(readEnvFile(folder)).toEqual({})
  })

  it('stops the start if it is there but not readable', () => {
    mkdirSync(join(folder, '.env'))

    expect(() => readEnvFile(folder)).toThrow(StartFault)
    expect(() => readEnvFile(folder)).toThrow(/\.env can't be read \(EISDIR\)/)
  })
})
