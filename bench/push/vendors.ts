import type { PushVendor } from './vendor.ts'

/** Loaded only where they run, so that none carries another's packages. A new one joins here. */
const VENDORS = {
  apns: async () => (await import('./apns.ts')).apns,
  fcm: async () => (await import('./fcm.ts')).fcm,
  webpush: async () => (await import('./webpush.ts')).webpush,
} as const satisfies Record<string, () => Promise<PushVendor>>

export const VENDOR_NAMES: readonly string[] = Object.keys(VENDORS)

export async function loadVendor(name: string): Promise<PushVendor> {
  const load = new Map(Object.entries(VENDORS)).get(name)
  if (load === undefined) throw new Error(`no vendor ${name}`)
  return await load()
}
