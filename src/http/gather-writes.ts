import type { Socket } from 'node:net'

type Write = Socket['_write']
type Piece = Parameters<NonNullable<Socket['_writev']>>[0][number]
type Done = Parameters<Write>[2]

/**
 * Returns what makes a connection send the answers of one turn in two pieces: the first at once, the
 * others together when the turn ends.
 *
 * Node writes each answer by itself, and after a shared query there are dozens for one connection; a
 * write costs the kernel as much as half of the answer costs us. Corking is no way out: Node gives
 * the connection to the next answer only after the last one was written.
 */
export function createWriteGatherer(): (socket: Socket) => void {
  let turn = 0
  let ending: (() => void)[] = []
  let isScheduled = false

  function atEndOfTurn(): void {
    const flushes = ending
    ending = []
    isScheduled = false
    turn++
    for (const flush of flushes) flush()
  }
  const clock: TurnClock = {
    now() {
      if (!isScheduled) setImmediate(atEndOfTurn)
      isScheduled = true
      return turn
    },
    atEnd: (flush) => void ending.push(flush),
  }
  return (socket) => gatherWrites(socket, clock)
}

interface TurnClock {
  /** The number of this turn of the event loop. */
  now(): number
  atEnd(flush: () => void): void
}

function gatherWrites(socket: Socket, clock: TurnClock): void {
  const plain = {
    write: socket._write.bind(socket),
    writev: socket._writev?.bind(socket),
    final: socket._final.bind(socket),
    destroy: socket._destroy.bind(socket),
  }
  const { writev } = plain
  if (writev === undefined) return
  let gathered: Piece[] = []
  let writtenIn = -1
  let isSending = false
  let held: Done | undefined

  function flush(): void {
    if (gathered.length === 0 || isSending || writev === undefined) return
    const pieces = gathered
    gathered = []
    isSending = true
    writev(pieces, (error) => {
      isSending = false
      if (error) socket.destroy(error)
      const done = held
      held = undefined
      done?.(error)
      flush()
    })
  }

  /** Whether to send at once: nothing was sent in this turn, and nothing waits. */
  function isFirst(): boolean {
    const now = clock.now()
    const isFirstOfTurn = writtenIn !== now && gathered.length === 0 && !isSending
    writtenIn = now
    return isFirstOfTurn
  }

  function gather(pieces: readonly Piece[], done: Done): void {
    if (gathered.length === 0) clock.atEnd(flush)
    for (const piece of pieces) gathered.push(piece)
    // What the kernel has no room for must not be taken for sent, or it would pile up here.
    if (isSending) held = done
    else done()
  }

  socket._write = (chunk, encoding, done) => {
    if (isFirst()) plain.write(chunk, encoding, done)
    else gather([{ chunk, encoding }], done)
  }
  socket._writev = (pieces, done) => {
    if (isFirst()) writev(pieces, done)
    else gather(pieces, done)
  }
  socket._final = (done) => {
    flush()
    plain.final(done)
  }
  socket._destroy = (error, done) => {
    if (error === null) flush()
    plain.destroy(error, done)
  }
}
