// What the guide of MikroTik RouterOS says, in Japanese; the sentences are written in setup/config/guides/mikrotik.ts.
import type { Phrases } from '../../../phrases.ts'

export const mikrotikPhrases: Phrases = {
  'a terminal of the router: SSH, or New Terminal in WinBox': 'ルーターのターミナル（SSH、またはWinBoxのNew Terminal）',
  'Switches it on. The default active timeout of 30 minutes makes peaks that never were.':
    '有効にします。アクティブタイムアウトが既定の30分のままだと、実際にはないピークがグラフに現れます。',
  'Switches it on. The default active timeout of 30 minutes makes peaks that never were. 1 packet is looked at, {skipped} are left out.':
    '有効にします。アクティブタイムアウトが既定の30分のままだと、実際にはないピークがグラフに現れます。パケットを1個見て、{skipped}個を飛ばします。',
  'The machine that runs Drawbridge, with templates every minute. It sends from the address of the interface that leads there.':
    'Drawbridgeが動作するマシン。テンプレートを毎分送信します。送信元は、そこへ向かうインターフェースのアドレスです。',
  'The machine that runs Drawbridge, with templates every minute. src-address is the sender: register it.':
    'Drawbridgeが動作するマシン。テンプレートを毎分送信します。src-addressが送信元アドレスです。登録してください。',
  'The machine that runs Drawbridge. It sends from the address of the interface that leads there.':
    'Drawbridgeが動作するマシン。送信元は、そこへ向かうインターフェースのアドレスです。',
  'The machine that runs Drawbridge. src-address is the sender: register it.':
    'Drawbridgeが動作するマシン。src-addressが送信元アドレスです。登録してください。',
  'Unless another target still needs it.': 'ほかのターゲットが使っていない場合だけ入力します。',
  'Where it sends to.': '送信先。',
  'Only packets that the processor forwards are counted: what a switch chip or a bridge with hardware offload passes on is not seen.':
    '数えるのはプロセッサーが転送したパケットだけです。スイッチチップや、ハードウェアオフロードを使うブリッジが転送したものは対象外です。',
  'An interface counts what it receives and what it sends: name the outer interface only, or all of them, not two ends of one path.':
    'インターフェースは受信と送信の両方を数えます。外側のインターフェースだけか、すべてを指定し、同じ経路の両端は指定しないでください。',
  'A full cache drops flows: raise cache-entries where memory allows it.':
    'キャッシュが満杯になるとフローが失われます。メモリーに余裕があれば、cache-entriesを増やしてください。',
  'Packet sampling needs 7.1; releases before 7.10 may tell a wrong rate.':
    'パケットサンプリングには7.1以降が必要です。7.10より前のリリースは、誤ったレートを通知することがあります。',
  'An output rule of the firewall drops them, or the route to the collector is missing.':
    'ファイアウォールのoutputルールが破棄しているか、コレクターへの経路がありません。',
  'It sends from the address of the interface towards the collector, unless src-address is set on the target.':
    'ターゲットにsrc-addressを設定しない限り、コレクター側のインターフェースのアドレスから送信します。',
  'v9-template-timeout=1m is missing on the target.': 'ターゲットにv9-template-timeout=1mがありません。',
  'The NTP client is off.': 'NTPクライアントが無効です。',
  'A second target sends to the same collector, or interfaces=all with tunnels counts inner and outer packets.':
    '別のターゲットが同じコレクターに送信しているか、トンネルがあるのにinterfaces=allを指定し、内側と外側のパケットを両方数えています。',
  'Where the rate that arrives is not {sampling}, update RouterOS, or switch packet-sampling off.':
    '届いたレートが{sampling}でない場合は、RouterOSを更新するか、packet-samplingを無効にしてください。',
  'Old releases name the collector `address=ADDRESS:PORT` in place of dst-address and port, and have no IPFIX.':
    '古いリリースでは、コレクターをdst-addressとportの代わりに`address=ADDRESS:PORT`で指定します。IPFIXはありません。',
  'RouterOS 6 looks at every packet, whatever rate it tells: set 1 on the router in Drawbridge.':
    'RouterOS 6は、通知するレートにかかわらず全パケットを見ます。Drawbridgeでこのルーターに1を設定してください。',
}
