import { StartFault } from '../core/start-fault.ts'

/** What is wrong with one setting, and how to mend it. */
export interface ConfigFault {
  readonly name: string
  readonly problem: string
  readonly remedy: string
}

/** All that is wrong with the configuration, so that it is mended in one go. */
export class ConfigFaults extends StartFault {
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ name, problem, remedy }) => `  ${name}: ${problem}; ${remedy}.`)
    super(["The configuration can't be used:", ...lines].join('\n'))
    this.name = 'ConfigFaults'
    this.faults = faults
  }
}
