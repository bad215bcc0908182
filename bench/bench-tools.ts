import type { BenchArguments } from './arguments.ts'
import type { BenchTools } from './bench.ts'
import { startLoadProcess } from './load/load-process.ts'
import { startBare, startHerald } from './servers/herald.ts'
import { startBenchPostgres } from './world/open-world.ts'

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
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  const postgres = await startBenchPostgres(folder, say)
  closers.push(() => postgres.close())
  const world = await postgres.openWorld(options.scale).catch(async (error: unknown) => {
    await close()
    throw error
  })

  function startLoad() {
    const load = startLoadProcess()
    closers.push(() => load.close())
    return load
  }
  return {
    options,
    folder,
    world,
    openWorld: (scale) => postgres.openWorld(scale),
    postgresCpuUs: () => postgres.cpuUs(),
    load: startLoad(),
    startLoad,
    async startHerald(env = {}, { databaseUrl } = world) {
      const herald = await startHerald(databaseUrl, folder, env)
      closers.push(() => herald.stop())
      return herald
    },
    async startBare(reply) {
      const bare = await startBare(reply, folder)
      closers.push(() => bare.stop())
      return bare
    },
    say,
    close,
  }
}
