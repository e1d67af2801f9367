// What the guide of Juniper SRX says, in Japanese; the sentences are written in setup/config/guides/juniper-srx.ts.
import type { Phrases } from '../../../phrases.ts'

export const juniperSrxPhrases: Phrases = {
  Template: 'テンプレート',
  'For each slot with watched interfaces; leave it out where it is refused.':
    '監視するインターフェースのあるスロットごとに入力します。拒否される場合は省いてください。',
  'Where it was set.': '設定した場合だけ入力します。',
  'The template.': 'テンプレート。',
  'Whether it runs.': '動作状態。',
  'IPFIX needs 19.4R1 on SRX4000, SRX5000 and vSRX, 20.1R1 on SRX300 to SRX345 and SRX550; use NetFlow v9 before.':
    'IPFIXには、SRX4000、SRX5000、vSRXでは19.4R1以降、SRX300～SRX345、SRX550では20.1R1以降が必要です。それより前はNetFlow v9を使ってください。',
  'IPv6 takes the same lines with inet6 and a template of `ipv6-template`; not every model and release has it.':
    'IPv6では、同じ行をinet6で入力し、`ipv6-template`のテンプレートを使います。対応しない機種やリリースもあります。',
  'Packets are seen before or after translation as the interface has them: watch the outer interface for public addresses.':
    'パケットのアドレスが変換前か変換後かは、監視するインターフェースで決まります。グローバルアドレスを見るには、外側のインターフェースを監視してください。',
  'The collector must be reached through a data port: fxp0 does not send flows.':
    'コレクターにはデータポート経由で到達できる必要があります。fxp0からはフローを送信しません。',
  'The collector is behind fxp0, in another routing instance, or no interface samples.':
    'コレクターがfxp0または別のルーティングインスタンスの先にあるか、サンプリングするインターフェースがありません。',
  'The rate does not arrive on every model: set {sampling} on the router in Drawbridge then.':
    '機種によってはレートが届きません。その場合は、Drawbridgeでこのルーターに{sampling}を設定してください。',
  '`sampling output` is set as well.': '`sampling output`も設定されています。',
}
