// What the guide of Palo Alto Networks says, in Japanese; the sentences are written in setup/config/guides/paloalto.ts.
import type { Phrases } from '../../../phrases.ts'

export const paloaltoPhrases: Phrases = {
  'Server profile': 'サーバープロファイル',
  'Interfaces name it.': 'インターフェースの設定でこの名前を指定します。',
  'Nothing can be read before the first template, and the default is 30 minutes.':
    '最初のテンプレートが届くまで何も読み取れません。既定値は30分です。',
  'Template Refresh Rate: 1 minute, 20 packets': 'Template Refresh Rate: 1分、20パケット',
  'Long sessions are told of every minute; the default is 5.': '継続中のセッションを毎分送信します。既定値は5分です。',
  'Active Timeout: 1 minute': 'Active Timeout: 1分',
  'Fields that nobody else knows are left out.': '独自のフィールドを送信しません。',
  'PAN-OS Field Types: off': 'PAN-OS Field Types: オフ',
  'Servers > Add: Name drawbridge, NetFlow Server {collector}, Port {port}':
    'Servers > Add: Nameにdrawbridge、NetFlow Serverに{collector}、Portに{port}',
  'Each interface that is watched: flows that come in by it.': '監視する各インターフェース。そこから入ってくるフローが対象です。',
  '{interface}: NetFlow Profile drawbridge': '{interface}: NetFlow Profileでdrawbridgeを選択',
  'Network > Interfaces, then Device > Server Profiles > NetFlow': 'Network > Interfaces、続いてDevice > Server Profiles > NetFlow',
  '{interface}: NetFlow Profile None': '{interface}: NetFlow ProfileでNoneを選択',
  'Delete the server profile drawbridge': 'サーバープロファイルdrawbridgeを削除',
  'On the CLI: catches what leaves by the management port; Ctrl+C ends it. For a data port: Monitor > Packet Capture.':
    'CLIで実行します。管理ポートから送信されるパケットをキャプチャし、Ctrl+Cで終了します。データポートの場合はMonitor > Packet Captureを使います。',
  'Shows what it caught.': 'キャプチャした内容を表示します。',
  'It sends from the management interface unless a service route says otherwise: Device > Setup > Services > Service Route Configuration > NetFlow.':
    'サービスルート（Device > Setup > Services > Service Route Configuration > NetFlow）を設定しない限り、管理インターフェースから送信します。',
  'It looks at every packet and knows no sampling. Members of an aggregate cannot be watched, the aggregate can.':
    '全パケットを見ます。サンプリングには対応していません。集約インターフェースのメンバーは監視できませんが、集約インターフェースは監視できます。',
  'Interface numbers follow its own scheme and change with the number of interfaces.':
    'インターフェース番号は独自の方式で付けられ、インターフェースの数が変わると番号も変わります。',
  'The service route of NetFlow points to an interface that does not reach the collector, or nothing was committed.':
    'NetFlowのサービスルートが、コレクターに到達できないインターフェースを指しているか、設定がcommitされていません。',
  'It sends from the address of its service route, by default that of the management interface: register it.':
    'サービスルートのアドレス（既定では管理インターフェースのアドレス）から送信します。そのアドレスを登録してください。',
  'The template refresh rate is 30 minutes unless it is set to 1.': 'Template Refresh Rateは、1に設定しない限り30分です。',
  'The firewall has no NTP server: Device > Setup > Services > NTP.':
    'ファイアウォールにNTPサーバーが設定されていません：Device > Setup > Services > NTP。',
  'Two firewalls of an active/active pair, or inner and outer interfaces, tell of the same sessions.':
    'active/active構成の2台のファイアウォール、または内側と外側のインターフェースが、同じセッションを送信しています。',
}
