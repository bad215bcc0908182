import { spawnSync } from 'node:child_process'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parseAllDocuments } from 'yaml'

/** Whether there is a Helm to render with; no package of npm brings one. */
export const hasHelm = spawnSync('helm', ['version']).status === 0

const TEXTS = Type.Record(Type.String(), Type.String())
const CONTAINER = Type.Object({
  env: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), value: Type.Optional(Type.String()) })),
  ),
  securityContext: Type.Unknown(),
  lifecycle: Type.Optional(
    Type.Object({
      preStop: Type.Object({ exec: Type.Object({ command: Type.Array(Type.String()) }) }),
    }),
  ),
})
const POD = Type.Object({
  metadata: Type.Object({ labels: TEXTS }),
  spec: Type.Object({
    automountServiceAccountToken: Type.Boolean(),
    terminationGracePeriodSeconds: Type.Optional(Type.Number()),
    securityContext: Type.Unknown(),
    containers: Type.Tuple([CONTAINER]),
  }),
})
const WORKLOAD = Type.Object({
  kind: Type.Union([Type.Literal('Deployment'), Type.Literal('Job')]),
  spec: Type.Object({ template: POD }),
})
const SERVICE = Type.Object({
  kind: Type.Literal('Service'),
  metadata: Type.Object({ name: Type.String() }),
  spec: Type.Object({ selector: TEXTS }),
})

export type Container = Static<typeof CONTAINER>

/** What pods a Deployment or a Job makes. */
export interface Pods {
  readonly kind: 'Deployment' | 'Job'
  readonly labels: Readonly<Record<string, string>>
  readonly mountsToken: boolean
  readonly security: unknown
  readonly graceSeconds: number | undefined
  readonly containers: readonly [Container]
}

export interface RenderedChart {
  readonly pods: readonly Pods[]
  readonly services: readonly {
    readonly name: string
    readonly selector: Readonly<Record<string, string>>
  }[]
}

/** Throws what Helm says where it does not render. */
export function render(chart: string, args: readonly string[]): RenderedChart {
  const helm = ['template', 'herald', chart, ...args]
  const { status, stdout, stderr } = spawnSync('helm', helm, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const documents = parseAllDocuments(stdout).map((document): unknown => document.toJS())
  return {
    pods: documents.filter((one) => Value.Check(WORKLOAD, one)).map(podsOf),
    services: documents
      .filter((one) => Value.Check(SERVICE, one))
      .map(({ metadata, spec }) => ({ name: metadata.name, selector: spec.selector })),
  }
}

function podsOf({ kind, spec }: Static<typeof WORKLOAD>): Pods {
  const { metadata, spec: pod } = spec.template
  return {
    kind,
    labels: metadata.labels,
    mountsToken: pod.automountServiceAccountToken,
    security: pod.securityContext,
    graceSeconds: pod.terminationGracePeriodSeconds,
    containers: pod.containers,
  }
}
