// What the guide of Cisco Meraki says, in Japanese; the sentences are written in setup/config/guides/cisco-meraki.ts.
import type { Phrases } from '../../../phrases.ts'

export const ciscoMerakiPhrases: Phrases = {
  'the Meraki dashboard: Network-wide > General > Reporting': 'Merakiダッシュボードの「Network-wide > General > Reporting」',
  'NetFlow traffic reporting: Enabled: send NetFlow traffic statistics':
    '「NetFlow traffic reporting」で「Enabled: send NetFlow traffic statistics」を選択',
  'NetFlow collector IP: {collector}': '「NetFlow collector IP」に{collector}を入力',
  'NetFlow collector port: {port}': '「NetFlow collector port」に{port}を入力',
  'The appliance takes it over within a few minutes.': '数分以内にアプライアンスに反映されます。',
  'NetFlow traffic reporting: Disabled': '「NetFlow traffic reporting」で「Disabled」を選択',
  'In the dashboard: the datagrams as they leave.': 'ダッシュボードで、送信されるデータグラムを確認します。',
  'Timeouts, fields and interfaces cannot be chosen: a long flow may be told of later than after a minute.':
    'タイムアウト、フィールド、インターフェースは選択できません。長時間のフローは、届くまで1分以上かかることがあります。',
  'It sees what passes the appliance, not what a switch keeps within a VLAN.':
    '対象はアプライアンスを通過するトラフィックです。スイッチがVLAN内で転送するものは含まれません。',
  'The appliance has not fetched its settings yet, or the collector is not reached from its VLANs or VPN.':
    'アプライアンスがまだ設定を取得していないか、そのVLANやVPNからコレクターに到達できない可能性があります。',
  'It sends from the address of the VLAN or uplink towards the collector: register that one.':
    'コレクター側のVLANまたはアップリンクのアドレスから送信します。そのアドレスを登録してください。',
  'Two appliances on one path tell of the same flows.': '同じ経路上の2台のアプライアンスが、同じフローを送信している可能性があります。',
  'Cisco Meraki MX and Z': 'Cisco Meraki MXおよびZ',
}
