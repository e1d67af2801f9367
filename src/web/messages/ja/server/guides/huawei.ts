// What the guide of Huawei says, in Japanese; the sentences are written in setup/config/guides/huawei.ts.
import type { Phrases } from '../../../phrases.ts'

export const huaweiPhrases: Phrases = {
  'the user view': 'ユーザービュー',
  'Goes to the system view.': 'システムビューに入ります。',
  'NetStream by NetFlow v9.': 'NetFlow v9によるNetStream。',
  'NetStream by IPFIX.': 'IPFIXによるNetStream。',
  'The address that it sends from: put it here, and register it. Without it the sender may be 0.0.0.0.':
    '送信元アドレス。ここに入力し、登録してください。ないと送信元が0.0.0.0になることがあります。',
  'Interface numbers of 32 bits, as SNMP has them.': 'SNMPと同じ32ビットのインターフェース番号。',
  'Minutes: templates every minute; nothing can be read before the first.':
    '分単位。テンプレートを毎分送信します。最初のテンプレートが届くまで何も読み取れません。',
  'Minutes: long flows are told of every minute; the default is 30.': '分単位。継続中のフローを毎分送信します。既定値は30分です。',
  'Minutes: every minute.': '分単位。毎分送信します。',
  'Line cards and interfaces': 'ラインカードとインターフェース',
  'the system view': 'システムビュー',
  'Once for each slot with watched interfaces: put its number here.':
    '監視するインターフェースのあるスロットごとに1回。ここにスロット番号を入力してください。',
  'The card makes flows of its own samples.': 'カードが自身のサンプルからフローを作成します。',
  'Back in the system view.': 'システムビューに戻ります。',
  'What comes in. With outbound as well, each packet would count twice.': '受信側。outboundも設定すると、各パケットが2重に数えられます。',
  'Back to the user view.': 'ユーザービューに戻ります。',
  'The sender.': '送信元アドレス。',
  'Flows made and sent by a card; put its slot here.': 'カードが作成・送信したフロー。ここにスロット番号を入力してください。',
  'Sampling set for the main interface does not see its subinterfaces: name those.':
    'メインインターフェースに設定したサンプリングは、サブインターフェースには効きません。サブインターフェースを指定してください。',
  'IPFIX needs a newer release; where `version ipfix` is refused, use NetFlow v9.':
    'IPFIXには新しいリリースが必要です。`version ipfix`が拒否される場合は、NetFlow v9を使ってください。',
  'The source address is missing or not one of this router, or the collector is in a VPN instance.':
    '送信元アドレスが未設定かこのルーターのものではない、またはコレクターがVPNインスタンス内にあります。',
  '`template timeout-rate` is 30 minutes unless it is set to 1.': '`template timeout-rate`は、1に設定しない限り30分です。',
  'The line `export template option sampler` is missing. Where it is refused, set {sampling} on the router in Drawbridge.':
    '`export template option sampler`の行がありません。拒否される場合は、Drawbridgeでこのルーターに{sampling}を設定してください。',
  '`netstream outbound` is set as well, or both ends of one path are watched.':
    '`netstream outbound`も設定されているか、同じ経路の両端を監視しています。',
  'Flows made and sent must grow.': '作成・送信したフローの数が増えていれば正常です。',
  'Switches of the S series write `display ip netstream statistics slot NUMBER`, and some need a licence or a card for NetStream.':
    'Sシリーズのスイッチでは`display ip netstream statistics slot NUMBER`と入力します。NetStreamにライセンスやカードが必要な機種もあります。',
  'IPv6: the same lines with `ipv6 netstream` where the model has it.': 'IPv6：対応機種では、同じ行を`ipv6 netstream`で入力します。',
  'Not every model tells its rate: set {sampling} on the router in Drawbridge.':
    'レートを通知しない機種もあります。Drawbridgeでこのルーターに{sampling}を設定してください。',
  'NetStream by NetFlow v9, of IPv4 flows.': 'NetFlow v9によるIPv4フローのNetStream。',
  'Minutes: long flows are told of every minute.': '分単位。継続中のフローを毎分送信します。',
  'IPv6 flows likewise.': 'IPv6フローも同様。',
  'Flows made and sent; put the slot of the interfaces here.':
    '作成・送信したフロー。ここにインターフェースのスロット番号を入力してください。',
  'The templates that are sent.': '送信しているテンプレート。',
  'Some models need `assign forward enp netstream enable slot NUMBER` before NetStream works.':
    '機種によっては、NetStreamを使う前に`assign forward enp netstream enable slot NUMBER`が必要です。',
  'The default template interval is long: until the first template nothing can be read.':
    'テンプレートの既定の送信間隔は長く、最初のテンプレートが届くまで何も読み取れません。',
  'Wait for the template interval, or shorten it.': 'テンプレートの送信間隔だけ待つか、間隔を短くしてください。',
  'The rate stands in each flow: look whether the sampler is on this interface.':
    'レートは各フローに含まれます。このインターフェースにサンプラーが設定されているか確認してください。',
  'Huawei NetEngine router': 'Huawei NetEngineルーター',
  'Huawei AR router or S switch': 'Huawei ARルーター・Sスイッチ',
  'Huawei CloudEngine switch': 'Huawei CloudEngineスイッチ',
}
