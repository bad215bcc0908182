import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROLES } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { ROOT } from '../docs/pages.ts'
import { type Container, hasHelm, type Pods, type RenderedChart, render } from './rendered-chart.ts'

const CHART = join(ROOT, 'deploy/helm/herald')

/** What a Secret may hold, as long as any setting wants it. */
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://herald:secret@postgres/herald',
}
const ANY_SECRET = 'a-secret-of-a-test-that-is-long-enough-for-any-setting'

function environmentOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value }) => [name, value ?? SECRETS[name] ?? ANY_SECRET]),
  )
}

function configOf({ containers }: Pods) {
  return loadConfig({ flags: {}, env: environmentOf(containers[0]), envFile: {} })
}

const OFF = { enabled: false }
const ALONE = { roles: ROLES, replicas: 1, podDisruptionBudget: null }
const ALL_IN_ONE = { hooks: ALONE, worker: OFF, sweeper: OFF, callbacks: OFF }

const CASES = [
  ['its own values', []],
  ['everything switched on', ['--values', join(CHART, 'ci/all-values.yaml')]],
  ['one process for all', ['--set-json', `deployments=${JSON.stringify(ALL_IN_ONE)}`]],
] as const

describe.skipIf(!hasHelm).each(CASES)(
  'the chart as helm renders it (skipped where there is no helm), with %s,',
  (_, args) => {
    let chart: RenderedChart
    let serving: readonly Pods[]
    beforeAll(() => {
      chart = render(CHART, args)
      serving = chart.pods.filter(({ kind }) => kind === 'Deployment')
    })

    it('gives every role to somebody, and each Service to those who have it', () => {
      expect(new Set(serving.flatMap((pods) => configOf(pods).roles))).toEqual(new Set(ROLES))
      expect(chart.services).toHaveLength(3)
      for (const { name, selector } of chart.services) {
        const found = serving.filter(({ labels }) =>
          Object.entries(selector).every(([label, value]) => labels[label] === value),
        )
        const role = name.endsWith('-callbacks') ? 'callbacks' : 'hooks'
        const isForAll = name.endsWith('-metrics')
        expect(found).toEqual(
          serving.filter((pods) => isForAll || configOf(pods).roles.includes(role)),
        )
      }
    })

    it('starts and migrates with settings that Herald takes', () => {
      expect(chart.pods).toHaveLength(serving.length + 1)
      for (const pods of chart.pods) {
        expect(configOf(pods).databaseUrl).toBe(SECRETS.DATABASE_URL)
      }
    })

    it('gives nobody more than they need', () => {
      for (const { security, containers, mountsToken } of chart.pods) {
        expect(mountsToken).toBe(false)
        expect(security).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 })
        expect(containers[0].securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
      }
    })

    it('waits longer than Herald does', () => {
      for (const pods of serving) {
        const command = pods.containers[0].lifecycle?.preStop.exec.command ?? []
        const drainMs = Number(/(\d+)\)$/.exec(command.at(-1) ?? '')?.[1])
        const graceMs = (pods.graceSeconds ?? 0) * 1000
        expect(graceMs).toBeGreaterThan(configOf(pods).shutdownMs + drainMs)
      }
    })
  },
)

describe.skipIf(!hasHelm)('a role that nobody has (skipped where there is no helm)', () => {
  it('is a fault that says so', () => {
    expect(() => render(CHART, ['--set', 'deployments.worker.enabled=false'])).toThrow(
      'no enabled entry of deployments has the role "worker"',
    )
  })
})
