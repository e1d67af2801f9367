// What the guide of OPNsense says, in Japanese; the sentences are written in setup/config/guides/opnsense.ts.
import type { Phrases } from '../../../phrases.ts'

export const opnsensePhrases: Phrases = {
  'Counts what enters and leaves there.': 'そこに出入りするパケットを数えます。',
  'Listening interfaces: {interface}': 'Listening interfaces: {interface}を選択',
  'Where addresses are translated, what enters is counted inside already: without this it counts twice. Leave it empty when WAN is your only interface here.':
    'アドレスを変換している場合、入ってくるパケットは内側ですでに数えられています。この設定がないと2重に数えます。ここで選んだインターフェースがWANだけなら、空にしてください。',
  'WAN interfaces: WAN': 'WAN interfaces: WANを選択',
  'v9 has IPv6, v5 has not.': 'v9はIPv6に対応し、v5は対応していません。',
  'Version: v{version}': 'Version: v{version}を選択',
  'With "advanced mode" on. Seconds after which a flow that lasts is told of. By default it is 30 minutes.':
    '「advanced mode」をオンにすると表示されます。継続中のフローを送信するまでの秒数です。既定値は30分です。',
  'Clear all: empty Listening interfaces and Destinations, then Apply': 'Clear all: Listening interfacesとDestinationsを空にしてからApply',
  'Flows and packets of each interface grow.': '各インターフェースのフローとパケットの数が増えていれば正常です。',
  'In a shell of the firewall: shows the first three datagrams as they leave.':
    'ファイアウォールのシェルで実行します。送信される最初の3個のデータグラムを表示します。',
  'Older versions have no fields for the timeouts: they tell of a flow that lasts after 30 minutes. A rule of one minute is late by that. Update, or watch by another exporter.':
    '古いバージョンにはタイムアウトの欄がなく、継続中のフローは30分後に送信されます。そのため、1分単位のルールもその分遅れます。更新するか、別のエクスポーターで監視してください。',
  'Capture local may stay off: it is for the reports of OPNsense itself.':
    'Capture localはオフのままで構いません。OPNsense自身のレポート用です。',
  'It cannot sample.': 'サンプリングには対応していません。',
  'A destination is an address with a port.': '宛先はアドレスとポートの組で指定します。',
  'Ingress and egress of one connection are two flows where addresses are translated: name WAN under WAN interfaces (older versions: Egress only).':
    'アドレスを変換している場合、1つの接続の受信側と送信側が別々のフローになります。WAN interfacesでWANを選択してください（古いバージョンではEgress only）。',
  'Services > Network Time must be on.': 'Services > Network Timeを有効にする必要があります。',
}
