/** The words that stand in for templates, by language. */
export interface Phrases {
  readonly newMessage: string
  newMessages(count: number): string
  readonly friendRequest: string
  joinRequest(name: string): string
  invitation(name: string): string
}

const ENGLISH: Phrases = {
  newMessage: 'New message',
  newMessages: (count) => `${count} new messages`,
  friendRequest: 'Would like to be your contact',
  joinRequest: (name) => `${name} would like to join`,
  invitation: (name) => `${name} invites you`,
}

const CHINESE: Phrases = {
  newMessage: '新消息',
  newMessages: (count) => `${count} 条新消息`,
  friendRequest: '请求添加你为好友',
  joinRequest: (name) => `${name} 申请加入`,
  invitation: (name) => `${name} 邀请你加入`,
}

/** By the language of a BCP 47 tag; English where there is none, or one that we don't speak. */
export function phrasesFor(locale: string | undefined): Phrases {
  const [language = ''] = (locale ?? '').toLowerCase().split(/[-_]/)
  return language === 'zh' ? CHINESE : ENGLISH
}
