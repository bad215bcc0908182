import { open } from 'node:fs/promises'

/** Where the stub writes what it accepts. Throws where it can't: then nothing was accepted. */
export interface StubSink {
  write(line: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** `http://…` and `https://…` get a POST for each line, a path is appended to, `-` is standard output. */
export async function openStubSink(target: string): Promise<StubSink> {
  if (target === '-') return standardOutput()
  return /^https?:\/\//.test(target) ? httpSink(target) : await fileSink(target)
}

function standardOutput(): StubSink {
  return {
    async write(line) {
      process.stdout.write(line)
    },
    close: async () => {},
  }
}

async function fileSink(path: string): Promise<StubSink> {
  const file = await open(path, 'a')
  return {
    async write(line) {
      // One write is one line, also where several processes append.
      await file.appendFile(line)
    },
    close: () => file.close(),
  }
}

function httpSink(url: string): StubSink {
  const headers = { 'content-type': 'application/json' }
  return {
    async write(line, signal) {
      const response = await fetch(url, { method: 'POST', headers, body: line, signal })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`)
    },
    close: async () => {},
  }
}
