/** `127.0.0.1:50123`, as events have it; an IPv6 address is in brackets. */
export function peernameOf(
  address: string | null | undefined,
  port: number | null | undefined,
): string | undefined {
  if (!address || typeof port !== 'number') return undefined
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The lowest of some versions, such as `5.8.9`: what all nodes can do is what it can. */
export function lowestVersion(versions: readonly string[]): string {
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? ''
}
