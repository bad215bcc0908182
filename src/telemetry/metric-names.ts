/** Every metric that Herald has, with the help text that `/metrics` shows. */
export const METRICS = {
  herald_questions_total: 'Login and topic questions answered, by dialect, question and verdict.',
  herald_question_refusals_total: 'Questions not answered with yes, by question and reason.',
  herald_question_duration_seconds: 'From a question to its answer, by dialect and question.',
  herald_question_batch_size: 'Questions that shared a query, by question.',
  herald_events_total: 'Events that brokers reported, by dialect, event and result.',
  herald_event_batch_size: 'Events that shared a transaction.',
  herald_event_commit_duration_seconds: 'From the start of a transaction with events to its end.',
  herald_pool_connections: 'Connections to Postgres, by pool and state.',
  herald_pool_waiting: 'Queries that wait for a connection, by pool.',
  herald_pool_errors_total: 'Idle connections to Postgres that broke, by pool.',
  herald_presence_skipped_total: 'Connects and disconnects of no device of that user.',
  herald_deliveries_total: 'Deliveries that were settled, by provider and outcome.',
  herald_delivery_call_duration_seconds: 'Calls to a provider, by provider.',
  herald_delivery_latency_seconds: 'From a decision to the yes of a provider, by provider.',
  herald_deliveries_open: 'Deliveries that wait or are being sent, at most 100,000, by provider.',
  herald_deliveries_overdue_seconds: 'How long the oldest has waited beyond its time, by provider.',
  herald_callbacks_total: 'Calls of providers that report something, by provider and result.',
  herald_addresses_retired_total: 'Addresses that were removed because nothing was heard of them.',
  herald_circuit_open: 'Whether a provider is not called for now, by provider.',
  herald_broker_calls_total: "Calls to the broker's API, by call and outcome.",
  herald_sessions_waiting: 'Sessions at the broker that somebody has to look after.',
  herald_sessions_waiting_seconds: 'How long the oldest of them has waited.',
  herald_drift_mended_total: 'Where the broker and Herald were found apart, by what it was.',
} as const

export type MetricName = keyof typeof METRICS
