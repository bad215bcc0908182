import type { CallbackReply } from '../../core/ports/callback-reader.ts'

interface Words {
  readonly lang: string
  readonly ask: (address: string) => string
  readonly button: string
  readonly done: (address: string) => string
}

const ENGLISH: Words = {
  lang: 'en',
  ask: (address) => `Send no more e-mails to ${address}?`,
  button: 'Unsubscribe',
  done: (address) => `No more e-mails are sent to ${address}.`,
}

const CHINESE: Words = {
  lang: 'zh-CN',
  ask: (address) => `不再向 ${address} 发送邮件？`,
  button: '退订',
  done: (address) => `已退订，不再向 ${address} 发送邮件。`,
}

/** Asks first: mail scanners fetch every link, and none of them presses a button. */
export function askPage(address: string, language: string | undefined): CallbackReply {
  const words = wordsFor(language)
  // Without an action the form goes to where it came from, seal and all.
  const form = `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button>${words.button}</button></form>`
  return page(words, `<p>${escaped(words.ask(address))}</p>\n${form}`)
}

export function donePage(address: string, language: string | undefined): CallbackReply {
  const words = wordsFor(language)
  return page(words, `<p>${escaped(words.done(address))}</p>`)
}

function page({ lang, button }: Words, content: string): CallbackReply {
  const body = `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${button}</title>
<style>body{font:1.2em system-ui,sans-serif;margin:15vh auto;max-width:30em;padding:0 1em}</style>
${content}
</html>
`
  return { status: 200, contentType: 'text/html; charset=utf-8', body }
}

/** By Accept-Language, of which the first language counts. */
function wordsFor(language: string | undefined): Words {
  return /^\s*zh\b/i.test(language ?? '') ? CHINESE : ENGLISH
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`)
}
