import { type Static, Type } from 'typebox'

/** Which questions are asked. Equal specs are the same questions, made once. */
export const QuestionsSpec = Type.Object({
  kind: Type.Union([
    Type.Literal('topic'),
    Type.Literal('secret'),
    Type.Literal('token'),
    Type.Literal('password'),
    Type.Literal('wrong-password'),
    Type.Literal('presence'),
    Type.Literal('direct-message'),
  ]),
  scale: Type.Number(),
  seed: Type.Number(),
  count: Type.Number(),
  /** Of events: when they happened, in milliseconds since 1970. */
  at: Type.Optional(Type.Number()),
})
export type QuestionsSpec = Static<typeof QuestionsSpec>

/** How a load is put on a server. Crosses to the load's own process. */
export const LoadPlan = Type.Object({
  port: Type.Number(),
  connections: Type.Number(),
  /** Questions under way on a connection at once. */
  depth: Type.Number(),
  questions: QuestionsSpec,
  /** Whether every verdict is held against the seeded world, or only counted. */
  verdicts: Type.Union([Type.Literal('checked'), Type.Literal('counted')]),
  /** Ends after a time, or when so many questions are answered. */
  until: Type.Union([
    Type.Object({ kind: Type.Literal('time'), ms: Type.Number() }),
    Type.Object({ kind: Type.Literal('count'), requests: Type.Number() }),
  ]),
  /** Questions a second; without it, as many as are answered. */
  perSecond: Type.Optional(Type.Number()),
})
export type LoadPlan = Static<typeof LoadPlan>

export const LoadResult = Type.Object({
  /** All that were answered, those under way at the end included. */
  answered: Type.Number(),
  allowed: Type.Number(),
  perSecond: Type.Number(),
  seconds: Type.Number(),
  p50Ms: Type.Number(),
  p99Ms: Type.Number(),
  maxMs: Type.Number(),
  /** What the load itself cost: microseconds of CPU for each question. */
  loadCpuUs: Type.Number(),
})
export type LoadResult = Static<typeof LoadResult>

/** What the load's process answers. */
export const LoadReply = Type.Union([
  Type.Object({ kind: Type.Literal('done'), result: LoadResult }),
  Type.Object({ kind: Type.Literal('failed'), message: Type.String() }),
])
export type LoadReply = Static<typeof LoadReply>
