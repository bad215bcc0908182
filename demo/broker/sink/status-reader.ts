/** Reads statuses out of the bytes of a connection; false where they are no HTTP/1.1 answers. */
export type StatusReader = (chunk: Buffer) => boolean

/**
 * Cuts what arrives into answers, several in a piece or one in several, and tells the status of each
 * (RFC 9112 §6.3). Bodies are passed over.
 */
export function createStatusReader(onStatus: (status: number) => void): StatusReader {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const headEnd = rest.indexOf('\r\n\r\n')
      if (headEnd === -1) return true
      const head = rest.toString('latin1', 0, headEnd)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN)
      if (Number.isNaN(status)) return false
      const end = endOfBody(rest, headEnd + 4, head, status)
      if (end === undefined || rest.length < end) return true
      rest = rest.subarray(end)
      // 100 Continue says nothing yet.
      if (status >= 200) onStatus(status)
    }
  }
}

/** Undefined where chunks are still to come. */
function endOfBody(bytes: Buffer, start: number, head: string, status: number): number | undefined {
  if (status < 200 || status === 204 || status === 304) return start
  if (/^transfer-encoding: *chunked *$/im.test(head)) return endOfChunks(bytes, start)
  return start + Number(/^content-length: *(\d+) *$/im.exec(head)?.[1] ?? 0)
}

function endOfChunks(bytes: Buffer, start: number): number | undefined {
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    at = lineEnd + 2 + length + 2
    if (length === 0) return at
  }
}
