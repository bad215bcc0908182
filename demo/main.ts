import { parseArgs } from 'node:util'
import { openBareBroker } from './stage/bare-broker.ts'
import { invitation } from './stage/invitation.ts'
import { setStage } from './stage/stage.ts'
import { playConversation } from './story/conversation.ts'
import { createStory } from './story/story.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    'bare-broker': { type: 'boolean', default: false },
    'api-port': { type: 'string', default: '18083' },
    'tcp-port': { type: 'string', default: '0' },
    'ws-port': { type: 'string', default: '0' },
  },
})

/** The shells' way to say that Ctrl-C ended it. */
const LEFT = 130

const say = (line: string) => console.log(line)
/** A later one is the same Ctrl-C, which the terminal and npm both send, and must not end the cleaning up. */
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve())
})

const ports = { tcpPort: Number(values['tcp-port']), wsPort: Number(values['ws-port']) }
const code = values['bare-broker'] ? await lend() : await play(values.keep)
// What was left in the middle of the story would go on.
if (code === LEFT) process.exit(LEFT)
process.exitCode = code

/** A broker for others to set up. */
async function lend(): Promise<number> {
  const broker = await openBareBroker({ ...ports, apiPort: Number(values['api-port']) })
  say(broker.words)
  await stopped
  await broker.close()
  return 0
}

async function play(keep: boolean): Promise<number> {
  say('Setting the stage: Herald on a throw-away PostgreSQL, and a small MQTT broker that asks it.')
  const stage = await setStage(ports)
  try {
    const story = createStory(say, process.stdout.isTTY)
    const conversation = playConversation(stage, story)
    conversation.catch(() => {})
    const isOver = await Promise.race([conversation.then(() => true), stopped.then(() => false)])
    if (!isOver) return LEFT
    say(
      story.failures === 0
        ? '\nAll went as told.'
        : `\n${story.failures} steps did not go as told.`,
    )
    if (keep) {
      say(invitation(stage))
      await stopped
    }
    return story.failures === 0 ? 0 : 1
  } finally {
    await stage.strike()
  }
}
