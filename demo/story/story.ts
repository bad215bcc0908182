/** A story that is told while it happens, and that knows whether it went as it should. */
export interface Story {
  chapter(title: string): void
  /**
   * Tells `sentence` when `happening` has happened; what breaks is told as well, and the story
   * goes on. Text that comes of it is shown under the sentence.
   */
  step(sentence: string, happening: () => Promise<unknown>): Promise<void>
  /** Says that `sentence` is left out, and why. */
  skip(sentence: string, why: string): void
  /** How many steps did not go as told. */
  readonly failures: number
}

export function createStory(say: (line: string) => void, isColoured: boolean): Story {
  const paint = (code: number, text: string) =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text
  const show = (text: string) => {
    for (const line of text.trimEnd().split('\n')) say(paint(2, `      ${line}`).trimEnd())
  }
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
        const seen = await happening()
        say(`  ${paint(32, '✓')} ${sentence}`)
        if (typeof seen === 'string') show(seen)
      } catch (error) {
        failures++
        say(`  ${paint(31, '✗')} ${sentence}`)
        say(`      but: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    skip: (sentence, why) => say(`  ${paint(33, '–')} ${sentence}: skipped, because ${why}`),
  }
}
