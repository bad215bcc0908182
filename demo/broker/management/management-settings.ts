export interface ManagementOptions {
  /** 0 is any free port. */
  readonly port?: number
  /** API keys with their secrets; without one, only what is open answers. */
  readonly keys?: Readonly<Record<string, string>>
  /** What the nodes say they are. */
  readonly version?: string
}

export type ManagementSettings = Readonly<Required<ManagementOptions>>

export function withManagementDefaults(options: ManagementOptions = {}): ManagementSettings {
  return { port: 0, keys: {}, version: '5.8.9', ...options }
}
