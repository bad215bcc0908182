import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU in hundredths of a second for everybody (`USER_HZ`, proc_pid_stat(5)). */
const TICK_US = 10_000

/**
 * CPU that a process and its descendants have used so far, in microseconds; those that ended and were
 * waited for are in it, so it never falls. Undefined where there is no /proc.
 */
export function cpuUsOfTree(pid: number): number | undefined {
  const times = readTimes(pid)
  if (times === undefined) return undefined
  return childrenOf(pid).reduce((sum, child) => sum + (cpuUsOfTree(child) ?? 0), times)
}

/** Memory of one process that lies in RAM, in bytes. */
export function rssBytes(pid: number): number | undefined {
  const kilobytes = read(`/proc/${pid}/status`)?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
}

function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  )
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function readTimes(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command stands in brackets and may hold anything; utime is the 12th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return ticks * TICK_US
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
