import type { Bench } from './bench.ts'
import type { QuestionsSpec } from './load/load-plan.ts'
import { matchFigures, matchLimits, matchTable } from './match-report.ts'
import { playRounds, QUESTION_SHAPES } from './rounds.ts'
import { measureBesideArgon2 } from './topic-beside-argon2.ts'
import { compareMemory } from './topic-memory.ts'
import { yesTo } from './world/questions.ts'

/** Topic questions of a chat at work, all rules in force, against the bare route. */
export const topic: Bench = async (tools) => {
  const { options, load, say } = tools
  const questions = (round: number): QuestionsSpec => ({
    kind: 'topic',
    scale: options.scale,
    seed: 1 + round,
    count: options.isQuick ? 20_000 : 100_000,
  })
  const herald = await tools.startHerald()
  const bare = await tools.startBare(await yesTo(questions(0), herald.port))

  say(`topic questions: ${options.rounds} rounds of each server under each load`)
  const matches = await playRounds({
    rounds: options.rounds,
    shapes: QUESTION_SHAPES,
    roundMs: options.isQuick ? 800 : 2_000,
    questions,
    load,
    bare,
    herald,
    postgresCpuUs: tools.postgresCpuUs,
  })
  const memory = await compareMemory(tools, { questions: questions(1), bare, herald, matches })
  const beside = await measureBesideArgon2(tools, { questions: questions(2), bare, herald })
  return {
    bench: 'topic',
    tables: [matchTable('Topic questions', matches), memory.table, beside.table],
    limits: [
      ...matchLimits('coalesced', matches, { throughput: 0.65, aim: 0.85, p99: 3 }),
      memory.limit,
      beside.limit,
    ],
    figures: { ...matchFigures('coalesced', matches), ...memory.figures, ...beside.figures },
  }
}
