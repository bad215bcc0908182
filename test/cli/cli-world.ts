import type { Doors } from '../../src/cli/doors.ts'
import { runProgram } from '../../src/cli/program.ts'
import { SETTING_FLAGS } from '../../src/config/setting-flags.ts'

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line as a shell would split it at spaces, behind doors that a test opens. */
export async function runCli(
  line: string,
  doors: Partial<Doors>,
  logLevel?: string,
): Promise<CliResult> {
  let out = ''
  let err = ''
  const code = await runProgram(
    line.split(' ').filter((word) => word !== ''),
    { ...CLOSED, ...doors },
    {
      writeOut: (text) => {
        out += text
      },
      writeErr: (text) => {
        err += text
      },
      logLevel,
    },
  )
  return { code, out, err }
}

const CLOSED: Doors = {
  settings: SETTING_FLAGS,
  serve: closed,
  migrate: closed,
  describeConfig: closed,
  withDirectory: closed,
  presenceOf: closed,
  presenceDrift: closed,
  markRead: closed,
  explainTopic: closed,
  explainReach: closed,
  explainMessage: closed,
  makeVapidKeys: closed,
  listProviders: closed,
  checkProviders: closed,
  previewTemplates: closed,
  checkTemplates: closed,
  testPush: closed,
  noteReceipt: closed,
}

function closed(): never {
  throw new Error('this door was not expected to be opened')
}
