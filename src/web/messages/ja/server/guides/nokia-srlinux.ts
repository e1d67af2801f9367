// What the guide of Nokia SR Linux says, in Japanese; the sentences are written in setup/config/guides/nokia-srlinux.ts.
import type { Phrases } from '../../../phrases.ts'

export const nokiaSrlinuxPhrases: Phrases = {
  'the CLI, in running mode': 'CLI（runningモード）',
  'Goes to candidate mode.': 'candidateモードに入ります。',
  'Through the data ports. Behind the management port it is `mgmt`.':
    'データポートから送信します。コレクターが管理ポートの先にある場合は`mgmt`です。',
  'What is in force, with samples and datagrams sent.': '有効な設定と、送信したサンプルとデータグラムの数。',
  'Collector 1 of 8 is set here: take another number where 1 is in use.':
    'ここでは8つのコレクターのうち1番を設定します。使用中の場合は別の番号にしてください。',
  'Only the 7250 IXR sends to an IPv6 collector.': 'IPv6のコレクターに送信できるのは7250 IXRだけです。',
  'The 7220 IXR-D1 has no sFlow.': '7220 IXR-D1はsFlowに対応していません。',
  'The network instance is wrong, or the source address is not one of this router in it.':
    'ネットワークインスタンスが誤っているか、送信元アドレスがその中のこのルーターのアドレスではありません。',
  'Egress samples are switched on as well, on models that have them.': '対応機種で、送信側（egress）のサンプリングも有効になっています。',
}
