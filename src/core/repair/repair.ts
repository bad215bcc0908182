import type { BrokerCapabilities, BrokerControl } from '../ports/broker-control.ts'
import type { DeliveryLog } from '../ports/delivery-ports.ts'
import type { NodeWatch } from '../ports/presence-ports.ts'
import type { PresenceMender, RepairMeter, SweepStore } from '../ports/repair-ports.ts'
import { createMending, sweepBroker } from './sweep-broker.ts'
import { readNodeNews } from './watch-nodes.ts'

/** Keeps what Herald knows of the broker's clients true, whatever events were lost. */
export interface Repair {
  /** Compares all that the broker lists, and mends. One at a time, also among replicas. */
  sweep(): Promise<void>
  /** Notices nodes that are gone, and those that are back. */
  watchNodes(): Promise<void>
  /** Waits for the sweep under way. */
  stop(): Promise<void>
}

export interface RepairParts {
  readonly control: BrokerControl
  readonly sweeps: SweepStore
  readonly nodes: NodeWatch
  readonly mend: PresenceMender
  readonly meter: RepairMeter
  readonly log: DeliveryLog
  readonly now: () => number
  readonly settleMs: number
}

const CALL_MS = 10_000

export function createRepair(parts: RepairParts): Repair {
  const { control, nodes, now, log } = parts
  let sweeping: Promise<void> | undefined

  function sweep(): Promise<void> {
    sweeping ??= sweepOnce(parts).finally(() => {
      sweeping = undefined
    })
    return sweeping
  }

  return {
    sweep,

    async watchNodes() {
      const broker = await askBroker(control)
      if (broker === undefined) return
      const { gone, back } = await readNodeNews(nodes, broker.nodes)
      for (const node of gone) {
        log.warn({ node }, 'a node of the broker is gone')
        await nodes.markNodeGone(node, now())
      }
      for (const node of back) {
        log.info({ node }, 'a node of the broker is back')
        await nodes.markNodeBack(node)
      }
      // What was connected to it may have gone with it, or have stayed.
      if (back.length > 0) await sweep()
    },

    stop: async () => await sweeping?.catch(() => {}),
  }
}

async function sweepOnce(parts: RepairParts): Promise<void> {
  const { sweeps, log } = parts
  const broker = await askBroker(parts.control)
  if (broker === undefined) return
  const sweep = await sweeps.begin()
  if (sweep === undefined) return
  try {
    const all = { ...parts, generation: broker.generation }
    const isWhole = await sweepBroker(all, sweep, createMending(all, sweep))
    if (!isWhole) log.warn({}, 'the broker did not list all of its clients')
  } finally {
    await sweep.end()
  }
}

async function askBroker(control: BrokerControl): Promise<BrokerCapabilities | undefined> {
  const answer = await control.capabilities(AbortSignal.timeout(CALL_MS))
  return answer.kind === 'done' ? answer.value : undefined
}
