import { connect, type Socket } from 'node:net'
import { createStatusReader } from './status-reader.ts'

/** One connection on which requests are written before earlier ones are answered. */
export interface Pipeline {
  /**
   * The status of the answer; `closed` where the connection ends before, or can't be made. The next
   * request connects anew.
   */
  post(request: Buffer): Promise<number | 'closed'>
  /** For good. */
  close(): void
}

export interface PipelineOptions {
  readonly url: URL
  /** Requests under way at once; others wait for their turn. */
  readonly depth: number
}

interface Posted {
  readonly request: Buffer
  readonly resolve: (result: number | 'closed') => void
}

export function createPipeline({ url, depth }: PipelineOptions): Pipeline {
  const unsent: Posted[] = []
  const unanswered: Posted[] = []
  let socket: Socket | undefined
  let isClosed = false

  function open(): Socket {
    const opened = connect(Number(url.port || 80), url.hostname)
    opened.setNoDelay(true)
    const read = createStatusReader((status) => {
      unanswered.shift()?.resolve(status)
      write(opened)
    })
    opened.on('data', (bytes) => {
      // What is no HTTP ends the connection, as what is not understood does everywhere.
      if (!read(bytes)) opened.destroy()
    })
    // What went wrong shows in `close`.
    opened.on('error', () => {})
    opened.once('close', () => {
      if (socket === opened) socket = undefined
      for (const posted of [...unanswered.splice(0), ...unsent.splice(0)]) posted.resolve('closed')
    })
    return opened
  }

  function write(to: Socket): void {
    while (unanswered.length < depth) {
      const next = unsent.shift()
      if (next === undefined) return
      unanswered.push(next)
      to.write(next.request)
    }
  }

  return {
    post: (request) =>
      new Promise((resolve) => {
        if (isClosed) return resolve('closed')
        unsent.push({ request, resolve })
        socket ??= open()
        write(socket)
      }),
    close() {
      isClosed = true
      socket?.destroy()
    },
  }
}
