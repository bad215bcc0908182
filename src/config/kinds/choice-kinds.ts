import { fault, type Kind, quoted, value } from '../setting.ts'

/** One word out of a few. */
export function choice<Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    placeholder: `<${words.length > 4 ? 'word' : words.join('|')}>`,
    form: words.map((word) => `\`${word}\``).join(' or '),
    read(text) {
      const found = words.find((word) => word === text)
      if (found !== undefined) return value(found)
      return fault(`${quoted(text)} is none of the words it knows`, `write ${words.join(' or ')}`)
    },
    write: String,
  }
}

const YES = ['on', 'true', 'yes', '1']
const NO = ['off', 'false', 'no', '0']

export const onOff: Kind<boolean> = {
  placeholder: '<on|off>',
  form: '`on` or `off`',
  read(text) {
    const word = text.toLowerCase()
    if (YES.includes(word)) return value(true)
    if (NO.includes(word)) return value(false)
    return fault(`${quoted(text)} is neither on nor off`, 'write on or off')
  },
  write: (isOn) => (isOn ? 'on' : 'off'),
}

/** Several of a kind, separated by commas. */
export function list<Value>(of: Kind<Value>, name: string): Kind<readonly Value[]> {
  return {
    placeholder: `<${name},…>`,
    form: `${of.form}; several are separated by commas`,
    read(text) {
      const entries = text.split(',').flatMap((entry) => entry.trim() || [])
      if (entries.length === 0)
        return fault('has only commas in it', 'write an entry, or remove it')
      const values: Value[] = []
      for (const entry of entries) {
        const reading = of.read(entry)
        if (reading.kind === 'fault') return reading
        values.push(reading.value)
      }
      return value(values)
    },
    write: (values) => values.map((entry) => of.write(entry)).join(','),
    ...(of.hide === undefined ? {} : { hide: hideEach(of.hide) }),
  }
}

function hideEach(hide: (text: string) => string): (text: string) => string {
  return (text) => text.split(',').map(hide).join(',')
}
