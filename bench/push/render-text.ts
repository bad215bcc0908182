import { readTemplates } from '../../src/channels/read-templates.ts'
import { createWords } from '../../src/channels/words.ts'

/** As Herald writes unless it is told otherwise. */
export const { render: renderText } = createWords({
  shelf: readTemplates({ folder: undefined, defaultLocale: 'en' }).shelf,
  onFailure(path, error) {
    throw new Error(`${path} failed`, { cause: error })
  },
})
