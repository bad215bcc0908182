/**
 * What a device is subscribed to without asking: everything that its user may read, direct messages
 * and requests alone (a watch), or nothing (an app that subscribes by itself).
 */
export const SUBSCRIPTION_PROFILES = ['all', 'direct', 'none'] as const
export type SubscriptionProfile = (typeof SUBSCRIPTION_PROFILES)[number]
