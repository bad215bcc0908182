import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { METRICS } from '../../src/telemetry/metric-names.ts'
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts'

describe('the metrics', () => {
  it('have all the names of the list, and no other of ours', async () => {
    const { body } = await createMetrics().expose()

    const names = [...body.matchAll(/^# TYPE (herald_\w+) /gm)].map(([, name]) => name)

    expect(names.toSorted()).toEqual(Object.keys(METRICS).toSorted())
  })

  it('count questions by verdict, and those that are not answered with yes by reason', async () => {
    const metrics = createMetrics()

    metrics.answered('emqx5', 'topic', 'allow', 1)
    metrics.answered('emqx5', 'topic', 'deny', 1, 'no-rule')
    metrics.answered('emqx5', 'topic', 'deny', 1, 'no-rule')
    metrics.answered('emqx4', 'connect', 'unavailable', 1, 'deadline')

    expect(await linesOf(metrics, 'herald_questions_total')).toEqual([
      'herald_questions_total{dialect="emqx5",question="topic",verdict="allow"} 1',
      'herald_questions_total{dialect="emqx5",question="topic",verdict="deny"} 2',
      'herald_questions_total{dialect="emqx4",question="connect",verdict="unavailable"} 1',
    ])
    expect(await linesOf(metrics, 'herald_question_refusals_total')).toEqual([
      'herald_question_refusals_total{dialect="emqx5",question="topic",reason="no-rule"} 2',
      'herald_question_refusals_total{dialect="emqx4",question="connect",reason="deadline"} 1',
    ])
  })

  it('sort durations into buckets, each of which holds those below it', async () => {
    const metrics = createMetrics()

    for (const ms of [0.5, 1, 3, 40, 9000]) metrics.answered('emqx5', 'topic', 'allow', ms)

    const lines = await linesOf(metrics, 'herald_question_duration_seconds')
    const labels = 'dialect="emqx5",question="topic"'
    expect(lines).toContain(`herald_question_duration_seconds_bucket{${labels},le="0.001"} 2`)
    expect(lines).toContain(`herald_question_duration_seconds_bucket{${labels},le="0.005"} 3`)
    expect(lines).toContain(`herald_question_duration_seconds_bucket{${labels},le="5"} 4`)
    expect(lines).toContain(`herald_question_duration_seconds_bucket{${labels},le="+Inf"} 5`)
    expect(lines).toContain(`herald_question_duration_seconds_count{${labels}} 5`)
  })

  it('say how many questions shared a query', async () => {
    const metrics = createMetrics()
    const observe = metrics.batchSizes('topic')

    observe(1)
    observe(256)

    const lines = await linesOf(metrics, 'herald_question_batch_size')
    expect(lines).toContain('herald_question_batch_size_bucket{question="topic",le="128"} 1')
    expect(lines).toContain('herald_question_batch_size_sum{question="topic"} 257')
  })

  it('say how many connects and disconnects were of no device', async () => {
    const metrics = createMetrics()

    metrics.countPresenceSkipped(2)
    metrics.countPresenceSkipped(3)

    expect(await linesOf(metrics, 'herald_presence_skipped_total')).toEqual([
      'herald_presence_skipped_total 5',
    ])
  })

  it('count events by what became of them, and how they shared transactions', async () => {
    const metrics = createMetrics()

    metrics.counted('emqx5', 'connected', 'stored')
    metrics.counted('emqx5', 'connected', 'stored', 2)
    metrics.counted('emqx4', 'published', 'lost')
    metrics.batchStored(3, 4)

    expect(await linesOf(metrics, 'herald_events_total')).toEqual([
      'herald_events_total{dialect="emqx5",event="connected",result="stored"} 3',
      'herald_events_total{dialect="emqx4",event="published",result="lost"} 1',
    ])
    expect(await linesOf(metrics, 'herald_event_batch_size')).toContain(
      'herald_event_batch_size_bucket{le="4"} 1',
    )
    expect(await linesOf(metrics, 'herald_event_commit_duration_seconds')).toContain(
      'herald_event_commit_duration_seconds_sum 0.004',
    )
  })

  it('look at the pools when they are asked', async () => {
    const metrics = createMetrics()
    const pool = aPool()
    metrics.watchPool('questions', pool)

    pool.waitingCount = 7

    expect(await linesOf(metrics, 'herald_pool')).toEqual([
      'herald_pool_connections{pool="questions",state="idle"} 3',
      'herald_pool_connections{pool="questions",state="busy"} 1',
      'herald_pool_waiting{pool="questions"} 7',
      'herald_pool_errors_total{pool="questions"} 0',
    ])
  })

  it('count the connections that break, by pool', async () => {
    const metrics = createMetrics()
    const [questions, general] = [aPool(), aPool()]
    metrics.watchPool('questions', questions)
    metrics.watchPool('general', general)

    questions.emit('error', new Error('the server went away'))
    questions.emit('error', new Error('the server went away'))

    expect(await linesOf(metrics, 'herald_pool_errors_total')).toEqual([
      'herald_pool_errors_total{pool="questions"} 2',
      'herald_pool_errors_total{pool="general"} 0',
    ])
  })
})

/** Three of its four connections are idle. */
function aPool() {
  return Object.assign(new EventEmitter(), { totalCount: 4, idleCount: 3, waitingCount: 0 })
}

async function linesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  const { body } = await metrics.expose()
  return body.split('\n').filter((line) => line.startsWith(name))
}
