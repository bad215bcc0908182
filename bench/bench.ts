import type { BenchArguments } from './arguments.ts'
import type { LoadProcess } from './load/load-process.ts'
import type { Report } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'
import type { BenchWorld } from './world/open-world.ts'

/** What a bench is given to work with. Whatever it starts is stopped after it. */
export interface BenchTools {
  readonly options: BenchArguments
  /** Where databases and logs lie. */
  readonly folder: string
  readonly world: BenchWorld
  /** A world of another scale beside it. */
  openWorld(scale: number): Promise<BenchWorld>
  /** CPU that Postgres has used so far, in microseconds; undefined where there is no /proc. */
  postgresCpuUs(): number | undefined
  readonly load: LoadProcess
  /** A second load, to be put on beside the first. */
  startLoad(): LoadProcess
  /** On the bench's world, unless another is given. */
  startHerald(env?: Readonly<Record<string, string>>, world?: BenchWorld): Promise<ServerProcess>
  /** The bare route, which answers everything with `reply`. */
  startBare(reply: string): Promise<ServerProcess>
  /** Says what is going on, above the tables. */
  say(line: string): void
}

/** Measures one hot path against its limit. Throws if an answer is wrong or missing. */
export type Bench = (tools: BenchTools) => Promise<Report>
