import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'

/** A folder of templates, by name (`en/direct-message`), that goes with the test. */
export async function templatesIn(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder()
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, `${name}.liquid`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  return folder
}
