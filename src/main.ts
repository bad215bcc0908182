import { runProgram } from './cli/program.ts'
import { createDoors } from './compose.ts'

// The launcher runs Herald as its child where its own Node is too old. If it is killed, the channel
// between them closes, and Herald must not live on with nobody to stop it.
process.channel?.unref()
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))

// A reader that has seen enough ("herald user list | head") is no failure.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runProgram(process.argv.slice(2), createDoors(), {
  writeOut: (text) => process.stdout.write(text),
  writeErr: (text) => process.stderr.write(text),
  logLevel: process.env.HERALD_LOG_LEVEL,
})
