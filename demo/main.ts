import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { invitation } from './stage/invitation.ts'
import { type StageOptions, setStage } from './stage/stage.ts'
import { playConversation } from './story/conversation.ts'
import { createStory } from './story/story.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    'tcp-port': { type: 'string', default: '0' },
    'ws-port': { type: 'string', default: '0' },
  },
})

const say = (line: string) => console.log(line)
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])

process.exitCode = await play(
  { tcpPort: Number(values['tcp-port']), wsPort: Number(values['ws-port']) },
  values.keep,
)

async function play(ports: StageOptions, keep: boolean): Promise<number> {
  say('Setting the stage: Herald on a throw-away PostgreSQL, and a small MQTT broker that asks it.')
  const stage = await setStage(ports)
  try {
    const story = createStory(say, process.stdout.isTTY)
    await playConversation(stage, story)
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
