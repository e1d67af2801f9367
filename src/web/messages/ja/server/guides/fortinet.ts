// What the guide of Fortinet FortiGate says, in Japanese; the sentences are written in setup/config/guides/fortinet.ts.
import type { Phrases } from '../../../phrases.ts'

export const fortinetPhrases: Phrases = {
  'the CLI; with VDOMs after `config global`': 'CLI（VDOM使用時は`config global`の後）',
  'Where flows are sent to, and how soon.': 'フローの送信先とタイミング。',
  'Seconds: long sessions are told of this often; the default is 30 minutes.':
    '秒単位。長時間のセッションをこの間隔で送ります。既定値は30分です。',
  'Seconds: how often finished sessions are sent.': '秒単位。終了したセッションを送る間隔。',
  'The collectors, one entry each.': 'コレクターごとに1つのエントリー。',
  'The first: take another number where 1 is in use.': '1番目のエントリー。1が使用中の場合は、別の番号にしてください。',
  'Leaves the table.': 'テーブルの設定を終了します。',
  'Where samples are sent to.': 'サンプルの送信先。',
  'Saves it.': '設定を保存します。',
  'Where it looks.': '監視する場所。',
  'Sessions in both directions.': '双方向のセッション。',
  'What comes in. With both, a packet counts on its way in and on its way out.':
    '受信パケット。bothにすると、パケットが受信時と送信時の両方で数えられます。',
  'Counters of the interface, every 20 s.': 'インターフェースのカウンター。20秒ごと。',
  'No more sessions of it.': 'このインターフェースのセッションの送信を停止します。',
  'No more samples of it.': 'このインターフェースのサンプルの送信を停止します。',
  'Forgets the collector.': 'コレクターを削除します。',
  'The collector, as the daemon that sends NetFlow has it.': 'NetFlowを送信するデーモンが認識しているコレクター。',
  'What it has sent.': '送信した内容。',
  'The collector, as the daemon has it.': 'デーモンが認識しているコレクター。',
  'The datagrams as they leave.': '送信されるデータグラム。',
  'A session that crosses two watched interfaces is told of once. Watch the outer interfaces to see what the internet sends.':
    '監視対象のインターフェースを2つ通過するセッションも、送られるのは1回だけです。インターネットからのトラフィックを見るには、外側のインターフェースを監視してください。',
  'Sample rates from 10 to 99999 are taken.': 'サンプリングレートに指定できる値は10～99999です。',
  'Not every release sends sFlow to an IPv6 collector.': 'リリースによっては、IPv6のコレクターにsFlowを送信できません。',
  'VDOM links, tunnels and Wi-Fi interfaces may not be watched.':
    'VDOMリンク、トンネル、Wi-Fiのインターフェースは監視できない場合があります。',
  'With ha-direct each member of a cluster sends for itself, from its management address: register all of them.':
    'ha-directが有効な場合、クラスターの各メンバーがそれぞれの管理アドレスから送信します。すべて登録してください。',
  'Only the management VDOM sends, unless vdom-netflow or vdom-sflow is switched on; the route to the collector must be there.':
    'vdom-netflowまたはvdom-sflowが有効でなければ、送信するのは管理VDOMだけです。コレクターへの経路もそのVDOMに必要です。',
  'It sends from the address of the interface towards the collector, unless source-ip is set.':
    'source-ipが未設定の場合、コレクター側のインターフェースのアドレスから送信します。',
  'template-tx-timeout is 1800 unless it is set to 60.': 'template-tx-timeoutの既定値は1800です。60に設定してください。',
  'A session of hours is told of late: active-flow-timeout is 1800 unless it is set to {active}.':
    '何時間も続くセッションの通知が遅れています。active-flow-timeoutの既定値は1800です。{active}に設定してください。',
  'NetFlow and sFlow are both switched on, or sample-direction is both.':
    'NetFlowとsFlowが両方とも有効か、sample-directionがbothになっている可能性があります。',
  'Fortinet FortiOS 7.4.2 and later': 'Fortinet FortiOS 7.4.2以降',
  'Fortinet FortiOS 7.0.1 to 7.4.1': 'Fortinet FortiOS 7.0.1から7.4.1',
}
