import { isUtf8 } from 'node:buffer'
import { type Command, Option } from 'commander'
import { DomainError } from '../core/domain-error.ts'

export interface PasswordOptions {
  readonly password?: string
  readonly passwordStdin?: true
}

/** Two ways to hand a password in: other users of the machine can read the first. */
export function withPasswordOptions(command: Command): Command {
  return command
    .option('--password <password>', 'the password; every process on this machine can see it')
    .addOption(
      new Option('--password-stdin', 'read the password from standard input').conflicts('password'),
    )
}

/** Reads the password that the options name, if they name one. */
export async function readPassword(
  { password, passwordStdin }: PasswordOptions,
  openInput: () => AsyncIterable<Uint8Array | string>,
): Promise<string | undefined> {
  return passwordStdin === true ? readText(openInput()) : password
}

const BYTES_MAX = 65_536

/** All of `input`, less the line end that `echo` and the Enter key leave behind it. */
async function readText(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input) {
    const read = Buffer.from(chunk)
    bytes += read.length
    if (bytes > BYTES_MAX) throw unreadable('is too long')
    chunks.push(read)
  }
  const all = Buffer.concat(chunks)
  if (!isUtf8(all)) throw unreadable('is not UTF-8')
  return all.toString().replace(/\r?\n$/, '')
}

function unreadable(fault: string): DomainError {
  return new DomainError('INVALID_PASSWORD', `the password on standard input ${fault}`, 'password')
}
