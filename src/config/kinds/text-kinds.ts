import { fault, type Kind, quoted, value } from '../setting.ts'

/** Any text; `form` says what is meant by it. */
export function text(placeholder: string, form: string): Kind<string> {
  return { placeholder, form, read: value, write: String }
}

export const path: Kind<string> = text('<path>', 'a path, from the working directory')

/** A BCP 47 tag, written as everybody does: `zh-cn` is `zh-CN`. */
export const languageTag: Kind<string> = {
  placeholder: '<tag>',
  form: 'a language tag, such as en or zh-CN',
  read(text) {
    try {
      const [tag] = Intl.getCanonicalLocales(text)
      if (tag !== undefined) return value(tag)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
    return fault(`is ${quoted(text)}`, 'use a language tag, such as en or zh-CN')
  },
  write: String,
}

/** PEM text. Where a line can't be broken, `\n` may stand for the break. */
export const pem: Kind<string> = {
  placeholder: '<pem>',
  form: 'PEM text, in which `\\n` may stand for a line break',
  read: (text) => value(text.replaceAll('\\n', '\n')),
  write: (text) => text.replaceAll('\n', '\\n'),
}

/** The name before a password in HTTP's Basic authentication. */
export const userName: Kind<string> = {
  placeholder: '<name>',
  form: 'a name without a colon',
  read(text) {
    // RFC 7617 §2: what follows the first colon is the password.
    return text.includes(':') ? fault('has a colon in it', 'write the name alone') : value(text)
  },
  write: String,
}

export interface SecretBounds {
  readonly bytesMin: number
}

/** A secret that only Herald and one other party know. */
export function secret({ bytesMin }: SecretBounds): Kind<string> {
  return {
    placeholder: '<secret>',
    form: `a secret of at least ${bytesMin} bytes`,
    read(text) {
      const bytes = Buffer.byteLength(text)
      if (bytes >= bytesMin) return value(text)
      return fault(
        `a secret in it is ${bytes} bytes long`,
        `use at least ${bytesMin}, for example from: openssl rand -hex ${Math.max(bytesMin, 24)}`,
      )
    },
    write: String,
    hide: hideAll,
  }
}

/** A secret that travels in an HTTP header. */
export function headerSecret(bounds: SecretBounds): Kind<string> {
  const plain = secret(bounds)
  return {
    ...plain,
    form: `${plain.form}, of visible ASCII characters`,
    read(text) {
      // RFC 9110 §5.5: anything else in a field value is trimmed, refused or garbled on its way.
      if (/^[\x21-\x7e]*$/.test(text)) return plain.read(text)
      return fault(
        'a secret in it has characters that an HTTP header does not carry',
        'use visible ASCII characters without spaces',
      )
    },
  }
}

function hideAll(): string {
  return '***'
}
