import { expect, it } from 'vitest'
import { languageChain } from '../../src/channels/language-chain.ts'

it.each([
  ['en', ['en', 'en-latn']],
  ['en-GB', ['en-gb', 'en-latn-gb', 'en-latn', 'en']],
  ['zh-Hans-CN', ['zh-hans-cn', 'zh-cn', 'zh-hans', 'zh']],
  ['zh_CN', ['zh-cn', 'zh-hans-cn', 'zh-hans', 'zh']],
  ['zh-TW', ['zh-tw', 'zh-hant-tw', 'zh-hant', 'zh']],
  ['zh-HK', ['zh-hk', 'zh-hant-hk', 'zh-hant', 'zh']],
  ['sr-Latn', ['sr-latn', 'sr']],
  ['no language', []],
])('%s is looked for as %j', (tag, chain) => {
  expect(languageChain(tag)).toEqual(chain)
})
