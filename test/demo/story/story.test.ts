import { describe, expect, it } from 'vitest'
import { createStory } from '../../../demo/story/story.ts'

describe('a story', () => {
  it('tells a step after it has happened', async () => {
    const told: string[] = []
    const story = createStory((line) => told.push(line), false)

    await story.step('it rained', async () => {
      expect(told).toEqual([])
    })

    expect(told).toEqual(['  ✓ it rained'])
    expect(story.failures).toBe(0)
  })

  it('tells what broke, counts it, and goes on', async () => {
    const told: string[] = []
    const story = createStory((line) => told.push(line), false)

    await story.step('it rained', () => Promise.reject(new Error('the sun shone')))
    await story.step('it stopped', async () => {})

    expect(told).toEqual(['  ✗ it rained', '      but: the sun shone', '  ✓ it stopped'])
    expect(story.failures).toBe(1)
  })

  it('shows what came of a step, and says what it leaves out', async () => {
    const told: string[] = []
    const story = createStory((line) => told.push(line), false)

    await story.step('a letter came', async () => 'Dear Ann,\nhello\n')
    story.skip('the bell rang', 'there is none')

    expect(told).toEqual([
      '  ✓ a letter came',
      '      Dear Ann,',
      '      hello',
      '  – the bell rang: skipped, because there is none',
    ])
    expect(story.failures).toBe(0)
  })

  it('is painted only where it is asked to be', async () => {
    const tell = async (isColoured: boolean) => {
      const told: string[] = []
      const story = createStory((line) => told.push(line), isColoured)
      story.chapter('One')
      await story.step('well', async () => {})
      return told.join('\n')
    }

    expect(await tell(true)).toContain('\u001b[')
    expect(await tell(false)).not.toContain('\u001b[')
  })
})
