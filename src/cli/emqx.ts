import { Command } from 'commander'
import type { Doors } from './doors.ts'
import { applyCommand } from './emqx-apply.ts'
import { renderCommand } from './emqx-render.ts'

export function emqxCommand(doors: Doors): Command {
  return new Command('emqx')
    .description('set up the broker: by its API, or by files')
    .addCommand(applyCommand(doors))
    .addCommand(renderCommand(doors))
}
