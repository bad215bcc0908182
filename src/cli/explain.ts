import { Command, Option } from 'commander'
import type { TopicExplanation } from '../core/access/explain-topic.ts'
import type { Doors } from './doors.ts'
import { explainMessageCommand } from './explain-message.ts'
import { explainReachCommand } from './explain-reach.ts'
import { factLines } from './fact-lines.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

export function explainCommand(doors: Doors): Command {
  return new Command('explain')
    .description('say how a question would be answered, or what became of a message, and why')
    .addCommand(explainTopicCommand(doors))
    .addCommand(explainMessageCommand(doors))
    .addCommand(explainReachCommand(doors))
}

interface TopicOptions {
  readonly uid: string
  readonly client: string
  readonly action: 'publish' | 'subscribe'
  readonly topic: string
  readonly retain: boolean
}

function explainTopicCommand(doors: Doors): Command {
  const command = new Command('topic')
    .description('whether a device may publish or subscribe to a topic')
    .requiredOption('--uid <uid>', 'the user, as MQTT username')
    .requiredOption('--client <id>', 'the device, as MQTT client id')
    .addOption(
      new Option('--action <action>', 'what it wants to do')
        .choices(['publish', 'subscribe'])
        .makeOptionMandatory(),
    )
    .requiredOption('--topic <topic>', 'the topic, or the filter to subscribe to')
    .option('--retain', 'publish a retained message', false)
    .action(async ({ client, ...question }: TopicOptions) => {
      const flags = flagsOf(command)
      const explanation = await doors.explainTopic(flags, { ...question, clientId: client })
      for (const line of linesOf(explanation)) print(command, line)
    })
  return withSettings(command, doors)
}

function linesOf({ verdict, reason, because, facts }: TopicExplanation): string[] {
  return [`${verdict} (${reason}): ${because}`, ...factLines(facts)]
}
