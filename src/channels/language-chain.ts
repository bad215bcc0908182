/**
 * The languages to look for, best first: RFC 4647 §3.4 with the script that a place writes. `zh-TW` is
 * looked for as zh-TW, zh-Hant-TW, zh-Hant and zh; `zh-Hans-CN` as that, zh-CN, zh-Hans and zh.
 */
export function languageChain(tag: string): readonly string[] {
  const locale = localeOf(tag)
  if (locale === undefined) return []
  const { language, region } = locale
  const script = locale.script ?? locale.maximize().script
  const place =
    region === undefined ? [] : [`${language}-${script}-${region}`, `${language}-${region}`]
  const chain = [locale.toString(), ...place, `${language}-${script}`, language]
  return [...new Set(chain.map((one) => one.toLowerCase()))]
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-'))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
