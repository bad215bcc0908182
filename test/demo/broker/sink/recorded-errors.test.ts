import { expect, it } from 'vitest'
import { EventSink } from '../../../../demo/broker/sink/event-sink.ts'
import { closeAfterEach, closeLater } from '../../../support/broker-world.ts'
import { createManualClock } from '../../../support/manual-clock.ts'
import { startQuestionRecorder } from '../../../support/question-recorder.ts'
import { readRecording } from '../../../support/recording.ts'
import { aPublish, sinkSettings } from '../../../support/sink-world.ts'

closeAfterEach()

/** A trifle less than the ten seconds of the recording, so that no two timers are alike. */
const TTL_MS = 9_990
const RESUME_MS = 2_000
/** The recorded messages were published so far apart. */
const APART_MS = 20

interface Attempts {
  readonly statuses: readonly number[]
  /** From the first attempt, in whole seconds. */
  readonly seconds: readonly number[]
}

/** What the recorder was asked for each message, which its payload numbers. */
const RECORDED = recordedAttempts()

it('sends an event as often, and after as long, as EMQX 5.3.2 did for each status', async () => {
  const clock = createManualClock()
  const asked = new Map<string, { statuses: number[]; times: number[] }>()
  const recorder = await startQuestionRecorder(({ fields: { payload = '' } }) => {
    const status = RECORDED.get(payload)?.statuses[0] ?? 500
    const attempts = asked.get(payload) ?? { statuses: [], times: [] }
    asked.set(payload, attempts)
    attempts.statuses.push(status)
    attempts.times.push(clock.now())
    return { status, body: {} }
  })
  closeLater(() => recorder.close())
  const settings = {
    ttlMs: TTL_MS,
    resumeMs: RESUME_MS,
    columns: 'all',
    retriedStatuses: [429],
  } as const
  const sink = new EventSink(sinkSettings(recorder.url, settings), clock)
  closeLater(() => sink.close())

  // Each message waited for the one before, up to the one that was answered 429.
  for (const payload of ['0', '1', '2', '3', '4', '5', '6', '7', '8']) {
    sink.put(aPublish({ payload: Buffer.from(payload) }))
    await sink.settled()
  }
  const failed = clock.asked(RESUME_MS)
  sink.put(aPublish({ payload: Buffer.from('9') }))
  await failed
  clock.advance(APART_MS)
  for (const payload of ['10', '11', '12', '13', '20', '21', '22']) {
    sink.put(aPublish({ payload: Buffer.from(payload) }))
  }
  for (const wait of [RESUME_MS - APART_MS, RESUME_MS, RESUME_MS, RESUME_MS]) {
    const again = clock.asked(RESUME_MS)
    clock.advance(wait)
    await again
  }
  // The message expires, and those behind it are a moment younger.
  clock.advance(RESUME_MS)
  await sink.settled()

  const attempts = [...asked].map(([payload, { statuses, times }]) => [
    payload,
    { statuses, seconds: times.map((time) => Math.round((time - (times[0] ?? 0)) / 1_000)) },
  ])
  expect(Object.fromEntries(attempts)).toEqual(Object.fromEntries(RECORDED))
})

function recordedAttempts(): ReadonlyMap<string, Attempts> {
  const found = new Map<string, { statuses: number[]; seconds: number[] }>()
  const starts = new Map<string, number>()
  for (const line of readRecording('emqx-5.3.2/36_wh_http_errors')) {
    if (line.kind !== 'http' || line.path !== '/w/err' || line.resp === undefined) continue
    const { payload }: { payload: string } = JSON.parse(line.body)
    const attempts = found.get(payload) ?? { statuses: [], seconds: [] }
    found.set(payload, attempts)
    const start = starts.get(payload) ?? line.t
    starts.set(payload, start)
    attempts.statuses.push(line.resp.status)
    attempts.seconds.push(Math.round((line.t - start) / 1_000))
  }
  return found
}
