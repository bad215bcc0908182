import type { BenchArguments } from './arguments.ts'
import type { BenchTools } from './bench.ts'
import { startLoadProcess } from './load/load-process.ts'
import { startBare, startHerald } from './servers/herald.ts'
import { openWorld } from './world/open-world.ts'

export interface OpenTools extends BenchTools {
  /** Stops what was started, the last first. */
  close(): Promise<void>
}

/** Opens what every bench needs. `folder` keeps the databases from run to run, and takes the logs. */
export async function openTools(
  options: BenchArguments,
  folder: string,
  say: (line: string) => void,
): Promise<OpenTools> {
  const closers: (() => Promise<void>)[] = []
  const world = await openWorld(options.scale, folder, say)
  closers.push(() => world.close())

  function startLoad() {
    const load = startLoadProcess()
    closers.push(() => load.close())
    return load
  }
  return {
    options,
    world,
    load: startLoad(),
    startLoad,
    async startHerald() {
      const herald = await startHerald(world.databaseUrl, folder)
      closers.push(() => herald.stop())
      return herald
    },
    async startBare(reply) {
      const bare = await startBare(reply, folder)
      closers.push(() => bare.stop())
      return bare
    },
    say,
    async close() {
      for (const close of closers.reverse()) await close()
    },
  }
}
