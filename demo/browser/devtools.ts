import type { Readable, Writable } from 'node:stream'

/** An event of a browser's: https://chromedevtools.github.io/devtools-protocol/ */
export interface DevToolsEvent {
  readonly method: string
  /** The page that it is about, if it is one. */
  readonly sessionId?: string
  /** As much of them as the demo reads. */
  readonly params: {
    readonly versions?: readonly WorkerVersion[]
    readonly backgroundServiceEvent?: BackgroundEvent
  }
}

interface WorkerVersion {
  readonly registrationId: string
  readonly status: string
}

interface BackgroundEvent {
  readonly eventName: string
  /** The tag of a notification. */
  readonly instanceId: string
  readonly eventMetadata: readonly { readonly key: string; readonly value: string }[]
}

/** The DevTools protocol, over a pair of pipes: nobody else on the machine can join in. */
export interface DevTools {
  send(method: string, params?: object, sessionId?: string): Promise<DevToolsResult>
  /** Resolves with the first thing that `find` finds in the events to come. */
  event<T>(find: (event: DevToolsEvent) => T | undefined): Promise<T>
  /** Whoever waits waits no longer. */
  end(reason: Error): void
}

export interface DevToolsResult {
  readonly targetId?: string
  readonly sessionId?: string
  /** Of what was evaluated. */
  readonly result?: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}

interface Answer {
  readonly id?: number
  readonly result?: DevToolsResult
  readonly error?: { readonly message: string }
}

interface Waiting {
  resolve(result: DevToolsResult): void
  reject(error: Error): void
}

export function openDevTools(commands: Writable, answers: Readable): DevTools {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(event: DevToolsEvent) => void>()
  const end = Promise.withResolvers<never>()
  // Where nobody waits.
  end.promise.catch(() => {})
  let sent = 0

  function settle({ id = 0, result = {}, error }: Answer): void {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(error.message))
  }

  readMessages(answers, (message) => {
    if (!('method' in message)) settle(message)
    else for (const listen of listeners) listen(message)
  })
  // The browser has gone, which its exit tells.
  commands.on('error', () => {})

  return {
    send(method, params = {}, sessionId) {
      sent += 1
      const { promise, ...call } = Promise.withResolvers<DevToolsResult>()
      waiting.set(sent, call)
      commands.write(`${JSON.stringify({ id: sent, method, params, sessionId })}\0`)
      return Promise.race([promise, end.promise])
    },
    event: (find) => Promise.race([nextEvent(listeners, find), end.promise]),
    end: end.reject,
  }
}

function nextEvent<T>(
  listeners: Set<(event: DevToolsEvent) => void>,
  find: (event: DevToolsEvent) => T | undefined,
): Promise<T> {
  return new Promise((resolve) => {
    const listen = (event: DevToolsEvent) => {
      const found = find(event)
      if (found === undefined) return
      listeners.delete(listen)
      resolve(found)
    }
    listeners.add(listen)
  })
}

/** JSON, with a NUL after each. */
function readMessages(answers: Readable, take: (message: Answer | DevToolsEvent) => void): void {
  let rest = ''
  answers.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) take(JSON.parse(part))
  })
  answers.on('error', () => {})
}
