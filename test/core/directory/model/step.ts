import fc from 'fast-check'
import type { Directory } from '../../../../src/core/directory/directory.ts'
import type { DirectoryModel } from './directory-model.ts'

/** One thing to do, to the directory and to its model. */
export interface Step {
  readonly name: string
  onDirectory(directory: Directory): Promise<unknown>
  onModel(model: DirectoryModel): void
}

export function step(name: string, does: Omit<Step, 'name'>): Step {
  return { name, ...does }
}

// Few of each, so that steps meet.
export const anyUid = fc.constantFrom('a', 'b', 'c', 'd')
export const anyGid = fc.constantFrom('g', 'h')
