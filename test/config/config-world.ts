import { type ConfigFault, ConfigFaults } from '../../src/config/config-faults.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Sources } from '../../src/config/sources.ts'

/** Sources that set nothing but what a test is about. */
export function sourcesOf(sources: Partial<Sources>): Sources {
  return { flags: {}, env: {}, envFile: {}, ...sources }
}

/** What is wrong with an environment. */
export function faultsOf(env: Readonly<Record<string, string>>): readonly ConfigFault[] {
  try {
    loadConfig(sourcesOf({ env }))
    return []
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults
    throw error
  }
}

/** The same as lines, `NAME: what is wrong; how to mend it`. */
export function complaintsAbout(env: Readonly<Record<string, string>>): readonly string[] {
  return faultsOf(env).map(({ name, problem, remedy }) => `${name}: ${problem}; ${remedy}`)
}
