import { type Block, isBlock, isList } from './block.ts'
import { commentOf } from './write-hocon.ts'

/** The files of EMQX 4: a setting a line, `key = value` as it stands, with the reasons as comments. */
export function writeLines({ entries }: Block): string {
  const lines = entries.flatMap(({ key, value, why }, at) => {
    if (isBlock(value) || isList(value)) throw new Error(`${key} has no place in a file of lines`)
    const comment = why === undefined ? [] : [...(at === 0 ? [] : ['']), ...commentOf(why)]
    return [...comment, `${key} = ${value}`]
  })
  return `${lines.join('\n')}\n`
}
