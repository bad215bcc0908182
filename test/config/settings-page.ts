import { isDefaulted, type Setting } from '../../src/config/setting.ts'
import { flagOf } from '../../src/config/setting-flags.ts'
import { SETTING_GROUPS, type SettingGroup } from '../../src/config/settings.ts'

/** `docs/configuration.md`, made from the table of settings. */
export function renderSettingsPage(): string {
  return [INTRODUCTION, ...SETTING_GROUPS.map(renderGroup)].join('\n')
}

const INTRODUCTION = `# Configuration

<!-- Made from src/config/settings.ts by "npm run docs:config"; edit it there. -->

Each setting is a flag, a variable of the environment, or a line of \`.env\` in the working directory;
what stands first in this list wins. An empty text stands for the default. \`herald config\` prints what
is in force and where it comes from, with secrets hidden.

- Everything is read once, at the start. If something is wrong, unsafe or contradictory, Herald does not
  start, and names all of it with what to do.
- A variable that begins with \`HERALD_\` and is not in this list stops the start too: a security setting
  with a typo in its name would otherwise be left at its default without a word. Excepted are
  \`HERALD_TEST_…\`, which belongs to the tests, and what Kubernetes sets for a Service named \`herald\`.
- Flags can be seen by everybody on the machine (\`ps\`), so put secrets into the environment or \`.env\`.
- In \`.env\`, quote a value with a \`#\` in it: the rest of the line would be a comment.
- Durations are a number and a unit: \`500ms\`, \`2s\`, \`10m\`, \`12h\`, \`30d\`.
- Logs are JSON, one object a line, on standard error; standard output belongs to what a command prints.
  Passwords, tokens, secrets and the like are replaced by \`***\` in them.
`

function renderGroup({ title, settings }: SettingGroup): string {
  return [`## ${title}`, '', ...settings.map(renderSetting)].join('\n')
}

function renderSetting(setting: Setting<unknown>): string {
  const secret = setting.kind.hide === undefined ? '' : ' Holds a secret.'
  return [
    `### \`${setting.name}\``,
    '',
    `${setting.help}.${secret}`,
    '',
    `- Flag: \`${flagOf(setting)} ${setting.kind.placeholder}\``,
    `- Value: ${setting.kind.form}`,
    defaultOf(setting),
    '',
  ].join('\n')
}

function defaultOf(setting: Setting<unknown>): string {
  if (isDefaulted(setting)) return `- Default: \`${setting.kind.write(setting.fallback)}\``
  return `- Where it is not set: ${setting.unset ?? ''}`
}
