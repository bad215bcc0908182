import type { SetupChoices } from '../../core/ports/provisioning.ts'

/** The forms of configuration that there are: 5.8 stands for 5.4 and later, 6.0 for all of 6. */
export const BROKER_FORMS = ['4.4', '5.3', '5.8', '6.0'] as const
export type BrokerForm = (typeof BROKER_FORMS)[number]

/** How a broker is to serve Herald. */
export interface BrokerWishes extends SetupChoices {
  readonly form: BrokerForm
  /** Where the broker reaches Herald, without a slash at its end. */
  readonly heraldUrl: string
  /** What the broker proves itself with; without it, files leave it to the environment. */
  readonly secret?: string
}

/** The form that a broker of this version takes; undefined for those before 4.3. */
export function formOf(version: string): BrokerForm | undefined {
  const [major = 0, minor = 0] = version
    .replace(/^[ev]+/, '')
    .split('.')
    .map(Number)
  if (major >= 6) return '6.0'
  if (major === 5) return minor >= 4 ? '5.8' : '5.3'
  return major === 4 && minor >= 3 ? '4.4' : undefined
}
