import { describe, expect, it } from 'vitest'
import { readPassword } from '../../src/cli/password-input.ts'

function fromInput(...chunks: readonly (string | Uint8Array)[]): Promise<string | undefined> {
  return readPassword({ passwordStdin: true }, async function* () {
    yield* chunks
  })
}

describe('a password on standard input', () => {
  it.each([
    ['secret word\n', 'secret word'],
    ['secret word\r\n', 'secret word'],
    ['secret word', 'secret word'],
    [' two lines\n\n', ' two lines\n'],
  ])('%j is %j', async (input, password) => {
    expect(await fromInput(input)).toBe(password)
  })

  it('may be cut anywhere, within a character too', async () => {
    const bytes = Buffer.from('pässwörd\n')

    expect(await fromInput(bytes.subarray(0, 2), bytes.subarray(2))).toBe('pässwörd')
  })

  it('is refused where it is not UTF-8', async () => {
    await expect(fromInput(Uint8Array.of(0x70, 0xff, 0x0a))).rejects.toThrow('not UTF-8')
  })

  it('is refused where it does not end', async () => {
    await expect(fromInput('x'.repeat(70_000))).rejects.toThrow('too long')
  })

  it('is not looked for where it was not asked for', async () => {
    const openInput = () => {
      throw new Error('opened')
    }

    expect(await readPassword({ password: 'on the line' }, openInput)).toBe('on the line')
    expect(await readPassword({}, openInput)).toBeUndefined()
  })
})
