import type { Config } from '../config/config.ts'

/** What `herald serve` prints once it listens: where it is, and what to do next. */
export function welcome(url: string, whereabouts: string, { hooks }: Config): string {
  const proof =
    hooks.secrets.length > 0
      ? 'send one of HERALD_HOOK_SECRETS in the header x-herald-secret'
      : 'from this machine only, without a secret'
  return `
Herald listens on ${url} and uses ${whereabouts}.

  EMQX 5 and 6 ask   ${url}/emqx/5/connect and /emqx/5/topic
  EMQX 4 and 2 ask   ${url}/emqx/4/connect, /superuser and /topic
                     (${proof})
  How to tell them   emqx/README.md
  Is it well         ${url}/readyz   ${url}/metrics

Next, in another terminal:
  npm run herald -- seed          a few users, devices and a group to play with
  npm run herald -- --help        everything else
  npm run demo                    the whole story with a broker and real clients

Ctrl-C stops it.
`
}
