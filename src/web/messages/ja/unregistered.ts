// Texts about senders that nobody registered, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const unregisteredMessages: PageMessages['unregistered'] = {
  title: '未登録の送信元',
  intro: 'フローデータグラムを送信していますが、まだ登録されていません。フローは数えるだけで、格納されません。',
  register: '登録',
  registerAddress: (address) => `${address}を登録`,
  agent: (address) => `sFlowエージェント${address}`,
  datagrams: (_count, written) => `データグラム${written}個`,
  lastSeen: (duration) => `最終受信${duration}前`,
}
