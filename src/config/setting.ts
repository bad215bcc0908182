/** One thing that can be set, as data: the flag, the help and the documentation are made from it. */
export interface Setting<Value> {
  /** The environment name. */
  readonly name: string
  readonly kind: Kind<Value>
  /** One sentence without a full stop. */
  readonly help: string
  /** What holds where it is not set, in words, if that is not a value. */
  readonly unset?: string
}

/** A setting that always has a value. */
export interface DefaultedSetting<Value> extends Setting<Value> {
  readonly fallback: Value
}

/** Whether a setting has a value of its own where nobody gives one. */
export function isDefaulted(setting: Setting<unknown>): setting is DefaultedSetting<unknown> {
  return 'fallback' in setting
}

/** What a setting's text may look like. */
export interface Kind<Value> {
  /** Stands for the value in `--help`, with its brackets. */
  readonly placeholder: string
  /** The form in words, after "is": "a whole number from 1 to 10". */
  readonly form: string
  read(text: string): Reading<Value>
  /** The text that reads as `value`. */
  write(value: Value): string
  /** Makes a text fit to be shown to people; only where the text holds a secret. */
  readonly hide?: (text: string) => string
}

/** A value, or what is wrong with the text and how to mend it. Neither repeats a secret. */
export type Reading<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'fault'; readonly problem: string; readonly remedy: string }

export function value<Value>(read: Value): Reading<Value> {
  return { kind: 'value', value: read }
}

export function fault(problem: string, remedy: string): Reading<never> {
  return { kind: 'fault', problem, remedy }
}

/** A text in quotes for a sentence; long ones are cut. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return `"${line.length > 60 ? `${line.slice(0, 60)}…` : line}"`
}
