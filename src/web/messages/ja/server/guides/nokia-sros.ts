// What the guide of Nokia SR OS says, in Japanese; the sentences are written in setup/config/guides/nokia-sros.ts.
import type { Phrases } from '../../../phrases.ts'

export const nokiaSrosPhrases: Phrases = {
  'the MD-CLI': 'MD-CLIのプロンプト',
  'Goes to configuration mode, alone.': 'コンフィギュレーションモードに排他で入ります。',
  'Seconds: long flows are told of this often; the default is 30 minutes.':
    '秒単位。継続中のフローをこの間隔で送信します。既定値は30分です。',
  'Through the data ports. Behind the management port it is "management".':
    'データポートから送信します。コレクターが管理ポートの先にある場合は"management"です。',
  '10 is IPFIX, 9 is NetFlow v9.': '10はIPFIX、9はNetFlow v9。',
  'Each IP interface that is watched, by its name. One of a service: `/configure service ies "NAME" interface …`.':
    '監視する各IPインターフェースを名前で指定します。サービスのインターフェースは`/configure service ies "NAME" interface …`です。',
  'What comes in. With both, each packet would count twice.': '受信側。bothにすると、各パケットが2重に数えられます。',
  'The rate above.': '上で設定したレート。',
  'Goes to where things are deleted.': '削除を行うコンテキストに移動します。',
  'Nothing is sent there any more; other collectors stay.': 'ここには何も送信されなくなります。ほかのコレクターはそのままです。',
  'Back to where it began.': '最初のコンテキストに戻ります。',
  'Whether it runs, its timeouts, and flows and packets sent.': '動作状態、タイムアウト、送信したフローとパケットの数。',
  'Records sent to this collector must grow.': 'このコレクターに送信したレコードの数が増えていれば正常です。',
  'For the model-driven command line. The classic one has the same words below `configure cflowd`, with `no shutdown` for `admin-state enable`.':
    'MD-CLI（モデル駆動のCLI）用です。クラシックCLIでは、`configure cflowd`の下で同じ語を使い、`admin-state enable`の代わりに`no shutdown`を使います。',
  'Interface numbers are those of the virtual router. For the numbers that SNMP has: `/configure cflowd use-vrtr-if-index true`.':
    'インターフェース番号は仮想ルーターのものです。SNMPの番号にするには、`/configure cflowd use-vrtr-if-index true`を設定します。',
  'Older releases have one `sample-rate` for all in place of sample-profile. sFlow of SR OS sends counters only.':
    '古いリリースには、sample-profileの代わりに全体で1つの`sample-rate`があります。SR OSのsFlowが送信するのはカウンターだけです。',
  'The collector is looked for in the wrong router instance, or no interface samples.':
    'コレクターへの送信に使うルーターインスタンスが誤っているか、サンプリングするインターフェースがありません。',
  'It sends from the system address, unless `system security source-address` sets another for cflowd.':
    '`system security source-address`でcflowdに別のアドレスを設定しない限り、システムアドレスから送信します。',
  'template-retransmit is 600 s unless it is set to 60.': 'template-retransmitは、60に設定しない限り600秒です。',
  'The direction of an interface is `both`: a packet is sampled on its way in and on its way out.':
    'インターフェースの方向が`both`になっています。パケットが入るときと出るときの2回サンプリングされます。',
}
