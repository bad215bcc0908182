import { InvalidArgumentError } from 'commander'

/** Where a broker reaches Herald: without the slash at its end, for paths are put behind it. */
export function readHeraldUrl(text: string): string {
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash === ''
  if (!isPlain || url.username !== '') {
    throw new InvalidArgumentError('Write http://host:port, as the broker reaches Herald.')
  }
  return url.href.replace(/\/+$/, '')
}
