import type { Command } from 'commander'

/** Writes one line of a command's result to standard output. */
export function print(command: Command, line: string): void {
  command.configureOutput().writeOut?.(`${line}\n`)
}
