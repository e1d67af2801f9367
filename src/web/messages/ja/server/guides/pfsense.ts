// What the guide of pfSense says, in Japanese; the sentences are written in setup/config/guides/pfsense.ts.
import type { Phrases } from '../../../phrases.ts'

export const pfsensePhrases: Phrases = {
  'The package adds Services > softflowd.': 'パッケージによりServices > softflowdが追加されます。',
  'softflowd: Install, Confirm': 'softflowd: Install、続けてConfirm',
  'Older versions of the package have no such field: they run once a host is set.':
    '古いバージョンのパッケージにはこの欄がなく、Hostを設定すると動作します。',
  'Enable softflowd: Enabled': 'Enable softflowd: Enabledにする',
  'Where it looks; several with Ctrl. It counts both directions.':
    '監視するインターフェース。Ctrlキーで複数選択できます。両方向を数えます。',
  'Interface: {interface}': 'Interface: {interface}を選択',
  'Where it sends. IPv6 without brackets.': '送信先。IPv6アドレスは角かっこなしで入力します。',
  'Looks at every packet.': '全パケットを見ます。',
  'Netflow version: {version}': 'Netflow version: {version}を選択',
  'Others leave ports or protocol out.': 'ほかの値では、ポートやプロトコルが送信されません。',
  'Flow Tracking Level: Full': 'Flow Tracking Level: Fullを選択',
  'With None every flow carries the time of the last boot.': 'Noneでは、どのフローの時刻も前回の起動時刻になります。',
  'Flow Timestamp Precision: Milliseconds': 'Flow Timestamp Precision: Millisecondsを選択',
  'Seconds after which a flow that lasts is told of. By default it is a week.': '継続中のフローを送信するまでの秒数。既定値は1週間です。',
  'Looks for them every 10 s.': '10秒ごとに終了したフローを調べます。',
  'The same silence for each protocol: their own defaults are up to an hour.':
    '各プロトコルでも、通信のない時間を同じにします。個別の既定値は最長1時間です。',
  'Its state.': '動作状態。',
  'In a shell of the firewall: shows the first three datagrams as they leave, at the latest after {active} s.':
    'ファイアウォールのシェルで実行します。送信される最初の3個のデータグラムを、遅くとも{active}秒後に表示します。',
  'On WAN, what your devices send carries the address of the firewall; on LAN it carries their own. One of the two is enough: both count everything twice.':
    'WANでは、端末が送信したパケットの送信元はファイアウォールのアドレスになり、LANでは端末自身のアドレスです。どちらか1つで十分です。両方を監視すると、すべて2重に数えます。',
  'pfSense Plus 24.03 and newer can also export from its state table (Firewall > Packet Flow Data). It tells of a connection when its state ends: long ones come hours late.':
    'pfSense Plus 24.03以降は、状態テーブルからもエクスポートできます（Firewall > Packet Flow Data）。接続は状態が終わった時点で送信されるため、長い接続は何時間も遅れて届きます。',
  'The service must run.': 'サービスが動作している必要があります。',
  'Flow Timestamp Precision must not be None.': 'Flow Timestamp PrecisionはNone以外にする必要があります。',
  'Flow Tracking Level must be Full.': 'Flow Tracking LevelはFullにする必要があります。',
  'WAN and LAN see the same packets: choose one.': 'WANとLANには同じパケットが流れます。どちらかを選んでください。',
  'Services > NTP must be on.': 'Services > NTPを有効にする必要があります。',
  'pfSense with softflowd': 'pfSenseのsoftflowd',
}
