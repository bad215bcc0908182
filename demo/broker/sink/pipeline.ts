import { connect, type Socket } from 'node:net'
import { createStatusReader } from './status-reader.ts'

export interface PipelineOptions {
  readonly url: URL
  /** Requests under way at once; others wait for their turn. */
  readonly depth: number
}

interface Posted {
  readonly request: Buffer
  readonly resolve: (result: number | 'closed') => void
}

/** One connection on which requests are written before earlier ones are answered. */
export class Pipeline {
  readonly #options: PipelineOptions
  readonly #unsent: Posted[] = []
  readonly #unanswered: Posted[] = []
  #socket: Socket | undefined
  #isClosed = false

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /**
   * The status of the answer; `closed` where the connection ends before, or can't be made. The next
   * request connects anew.
   */
  post(request: Buffer): Promise<number | 'closed'> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve('closed')
      this.#unsent.push({ request, resolve })
      this.#socket ??= this.#open()
      this.#write(this.#socket)
    })
  }

  /** For good. */
  close(): void {
    this.#isClosed = true
    this.#socket?.destroy()
  }

  #open(): Socket {
    const { url } = this.#options
    const socket = connect(Number(url.port || 80), url.hostname)
    socket.setNoDelay(true)
    const read = createStatusReader((status) => {
      this.#unanswered.shift()?.resolve(status)
      this.#write(socket)
    })
    socket.on('data', (bytes) => {
      if (!read(bytes)) socket.destroy()
    })
    // What went wrong shows in `close`.
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#socket = undefined
      const left = [...this.#unanswered.splice(0), ...this.#unsent.splice(0)]
      for (const { resolve } of left) resolve('closed')
    })
    return socket
  }

  #write(socket: Socket): void {
    while (this.#unanswered.length < this.#options.depth) {
      const next = this.#unsent.shift()
      if (next === undefined) return
      this.#unanswered.push(next)
      socket.write(next.request)
    }
  }
}
