import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DomainError } from '../../../src/core/domain-error.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../../support/directory-world.ts'
import { sized } from '../../support/size.ts'
import { addressSteps } from './model/address-steps.ts'
import { contactSteps } from './model/contact-steps.ts'
import { deviceSteps, removeAnyDevice } from './model/device-steps.ts'
import { anEmptyModel } from './model/directory-model.ts'
import { addGroup, groupSteps, removeAnyGroup } from './model/group-steps.ts'
import { notificationSteps } from './model/notification-steps.ts'
import { ruleSteps } from './model/rule-steps.ts'
import { snapshotOf, snapshotOfModel } from './model/snapshots.ts'
import type { Step } from './model/step.ts'
import { addUser, removeAnyUser, userSteps } from './model/user-steps.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
afterAll(() => world.close())

const SEQUENCES = sized(25, 1000)

/** So that there is somebody to begin with, and somewhere to go. */
const BEGINNING = [...['a', 'b', 'c'].map((uid) => addUser(uid, true)), addGroup('g', 'a', ['b'])]

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.oneof(...userSteps), weight: 3 },
  { arbitrary: fc.oneof(...deviceSteps), weight: 3 },
  { arbitrary: fc.oneof(...groupSteps), weight: 8 },
  { arbitrary: fc.oneof(...contactSteps), weight: 4 },
  { arbitrary: fc.oneof(...ruleSteps), weight: 2 },
  { arbitrary: fc.oneof(...addressSteps), weight: 3 },
  { arbitrary: fc.oneof(...notificationSteps), weight: 2 },
  // Seldom, or nothing would be there for the other steps to meet.
  { arbitrary: fc.oneof(removeAnyUser, removeAnyDevice, removeAnyGroup), weight: 1 },
)

it(
  `does what its model does, in ${SEQUENCES} sequences of steps`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 20, maxLength: 120, size: 'max' }),
        async (steps) => {
          await world.clear()
          const model = anEmptyModel()

          for (const { name, onDirectory, onModel } of [...BEGINNING, ...steps]) {
            const answer = await answerOf(() => onDirectory(world.directory))
            expect([name, answer]).toEqual([name, await answerOf(async () => onModel(model))])
          }

          expect(await snapshotOf(world.directory)).toEqual(snapshotOfModel(model))
        },
      ),
      { seed: 20261123, numRuns: SEQUENCES },
    )
  },
  sized(60_000, 1_200_000),
)

async function answerOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}
