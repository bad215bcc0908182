import { type Static, Type } from 'typebox'

/** What the bench and its processes tell each other. */
export const PeerReady = Type.Object({ facts: Type.Record(Type.String(), Type.String()) })

export const SendPlan = Type.Object({
  from: Type.Integer(),
  sends: Type.Integer(),
  /** How many are under way at once. */
  inFlight: Type.Integer(),
  /** Whether garbage is collected afterwards, which makes the next sends slow. */
  collects: Type.Boolean(),
})
export type SendPlan = Static<typeof SendPlan>

export const SendReply = Type.Union([
  Type.Object({
    kind: Type.Literal('sent'),
    cpuUs: Type.Number(),
    wallMs: Type.Number(),
    rssBytes: Type.Number(),
  }),
  Type.Object({ kind: Type.Literal('failed'), message: Type.String() }),
])
export type SendReply = Static<typeof SendReply>
export type SendResult = Extract<SendReply, { kind: 'sent' }>
