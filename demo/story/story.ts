/** A story that is told while it happens, and that knows whether it went as it should. */
export interface Story {
  chapter(title: string): void
  /** Tells `sentence` when `happening` has happened; what breaks is told as well, and the story goes on. */
  step(sentence: string, happening: () => Promise<unknown>): Promise<void>
  /** How many steps did not go as told. */
  readonly failures: number
}

export function createStory(say: (line: string) => void, isColoured: boolean): Story {
  const paint = (code: number, text: string) =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text
  let failures = 0
  return {
    get failures() {
      return failures
    },
    chapter(title) {
      say(`\n${paint(1, title)}`)
    },
    async step(sentence, happening) {
      try {
        await happening()
        say(`  ${paint(32, '✓')} ${sentence}`)
      } catch (error) {
        failures++
        say(`  ${paint(31, '✗')} ${sentence}`)
        say(`      but: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
  }
}
