import type { BrokerSetup } from './broker-setup.ts'
import type { Examination, Looked } from './examination.ts'

/** One question that is put to a set-up. */
export interface Check {
  readonly name: string
  readonly question: string
  /** Undefined where it can't be answered, because what it is about could not be seen. */
  look(examination: Examination): readonly Finding[] | undefined
}

/** What is wrong, and how it is mended, a sentence each. */
export interface Finding {
  readonly sentence: string
  readonly fix: string
}

export const WELL: readonly Finding[] = []

export function finding(sentence: string, fix: string): readonly Finding[] {
  return [{ sentence, fix }]
}

/** What mends most of a broker. */
export const APPLY = 'Run "herald emqx apply".'
export const APPLY_ALL = 'Run "herald emqx apply --take-over", which says first what it changes.'

type BrokerLook = (setup: BrokerSetup, examination: Examination) => readonly Finding[]

/** About what a broker says of itself. */
export function brokerCheck(name: string, question: string, look: BrokerLook): Check {
  return {
    name,
    question,
    look: (examination) => {
      const { broker } = examination
      return broker.kind === 'seen' ? look(broker.value, examination) : undefined
    },
  }
}

/** About whether something could be looked at at all. */
export function accessCheck(
  name: string,
  question: string,
  pick: (examination: Examination) => Looked<unknown>,
): Check {
  return {
    name,
    question,
    look(examination) {
      const looked = pick(examination)
      switch (looked.kind) {
        case 'seen':
          return WELL
        case 'failed':
          return finding(looked.problem, looked.remedy)
        case 'skipped':
          return undefined
      }
    },
  }
}
