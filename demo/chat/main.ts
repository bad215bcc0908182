import { parseArgs } from 'node:util'
import { type ChatStage, setChatStage } from './chat-stage.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '8090' } } })

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve())
})

console.log(
  'Starting Herald on a throw-away PostgreSQL, a small MQTT broker that asks it, and the page.',
)
const stage = await setChatStage({ port: Number(values.port) })
console.log(invitation(stage))
await stopped
await stage.strike()

function invitation({ origin, heraldUrl, people }: ChatStage): string {
  const link = ({ clientId, secret }: { clientId: string; secret: string }) =>
    `${origin}/#${clientId}:${secret}`
  return `
Open these in windows of their own, and let them talk; eve has no friends yet:

  alice  ${link(people['alice-phone'])}
  bob    ${link(people['bob-phone'])}
  eve    ${link(people['eve-phone'])}

Herald's API is at ${heraldUrl}/docs. Ctrl-C ends it and throws everything away.
`
}
