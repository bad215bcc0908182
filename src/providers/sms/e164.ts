/** https://www.itu.int/rec/T-REC-E.164: a country code, and at most fifteen digits in all. */
const E164 = /^\+[1-9]\d{6,14}$/
/** What people put between the digits. */
const BETWEEN = /[\s().\-/]/gu

/** The number as we keep it, without what people put between its digits. */
export function canonicalPhone(token: string): string {
  return token.replaceAll(BETWEEN, '')
}

export function phoneFault(token: string): string | undefined {
  const isPhone = E164.test(canonicalPhone(token))
  return isPhone ? undefined : 'is no phone number in E.164, such as +4930123456'
}

const MAINLAND_CHINA = '+86'

export function isMainlandChina(phone: string): boolean {
  return phone.startsWith(MAINLAND_CHINA)
}
