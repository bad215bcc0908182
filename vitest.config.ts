import { defineConfig } from 'vitest/config'
import { sized } from './test/support/size.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Processes, as Herald runs; two, so that what tests measure is not each other's load.
    pool: 'forks',
    maxWorkers: 2,
    // At full size a property alone may take a minute, and longer on a busy machine.
    testTimeout: sized(30_000, 600_000),
    hookTimeout: 60_000,
  },
})
