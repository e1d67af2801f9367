// What the guide of Cisco IOS and IOS XE says, in Japanese; the sentences are written in setup/config/guides/cisco-ios.ts.
import type { Phrases } from '../../../phrases.ts'

export const ciscoIosPhrases: Phrases = {
  'Where it came in.': '入力インターフェース。',
  'Packets a second count as much as bits.': 'パケットレートもビットレートと同じく重要です。',
  'Number of the sampler: ties the flow to the rate in the sampler table.':
    'サンプラーの番号。フローをサンプラーテーブルのレートに結び付けます。',
  'When the flow began.': 'フローの開始時刻。',
  'When it ended.': 'フローの終了時刻。',
  'The address of this interface is the sender. A loopback is better: put its name here.':
    'このインターフェースのアドレスが送信元になります。ループバックの方が適しているため、あればその名前にしてください。',
  Monitors: 'モニター',
  'Long flows are told of this often. The default of 30 minutes makes peaks that never were.':
    '長時間のフローをこの間隔で送ります。既定値の30分では、実際にはないピークがグラフに現れます。',
  'Looks at some packets only.': '一部のパケットだけを見ます。',
  'What comes in. With output as well, each packet would count twice.':
    '受信パケット。outputも設定すると、各パケットが二重に数えられます。',
  'In this order: what is in use cannot be removed.': 'この順に削除します。使用中のものは削除できません。',
  'Both records.': '両方のレコード。',
  'The sampler.': 'サンプラー。',
  'Packets sent must grow; errors name no route or a missing source.':
    '送信パケット数が増えていれば正常です。エラーは、経路がないか送信元が未設定であることを示します。',
  'The rate in force.': '適用中のサンプリングレート。',
  'A record or sampler that is in use cannot be changed: take the monitor off its interfaces first.':
    '使用中のレコードやサンプラーは変更できません。先にモニターをインターフェースから外してください。',
  'Each interface that traffic enters by needs the monitor: what comes in by another one is not seen.':
    'トラフィックが入るすべてのインターフェースにモニターが必要です。設定のないインターフェースに届いたトラフィックは見えません。',
  'IPv6 flows need `ipv6 unicast-routing`; leave the lines with IPV6 out where IPv6 is not routed.':
    'IPv6のフローには`ipv6 unicast-routing`が必要です。IPv6をルーティングしていない場合は、IPV6を含む行を省いてください。',
  'Releases before 15.2(4)M and XE 3.7 know no IPFIX: use NetFlow v9 there.':
    '15.2(4)MおよびXE 3.7より前のリリースはIPFIXに対応していません。NetFlow v9を使ってください。',
  'The source interface needs an address and must be up. A collector behind a VRF needs `destination {collector} vrf NAME`.':
    '送信元のインターフェースにはアドレスが必要で、upしている必要があります。コレクターがVRFの先にある場合は、`destination {collector} vrf NAME`を設定してください。',
  'Templates come every 30 minutes unless `template data timeout 60` is set.':
    '`template data timeout 60`を設定しないと、テンプレートは30分ごとにしか届きません。',
  'The monitor is on input and output, or on both ends of one path: keep input only.':
    'モニターがinputとoutputの両方、または同じ経路の両端に設定されている可能性があります。inputだけを残してください。',
  'Two lines tell the rate, and both are needed: `collect flow sampler` in the record, `option sampler-table` in the exporter.':
    'サンプリングレートの通知には、レコードの`collect flow sampler`とエクスポーターの`option sampler-table`の両方が必要です。',
  'When the flow began; these switches know no sys-uptime here.': 'フローの開始時刻。このスイッチでは、ここでsys-uptimeを使えません。',
  'Its address is the sender: put the interface with the address of the switch here.':
    'このインターフェースのアドレスが送信元になります。スイッチのアドレスを持つインターフェースにしてください。',
  'For the Catalyst 3650, 3850 and 9000. Their hardware samples 1 in 2 to 1 in 1024.':
    'Catalyst 3650、3850、9000向けです。ハードウェアのサンプリングは1/2～1/1024です。',
  'The record has no sampler: where the rate is not found, set it on the router in Drawbridge.':
    'レコードにサンプラーは含まれません。サンプリングレートが検出されない場合は、Drawbridgeでルーターに設定してください。',
  'Port channels of layer 2 take no monitor: name their member ports.':
    'レイヤー2のポートチャネルにはモニターを設定できません。メンバーポートを指定してください。',
  'These switches put no sampler into the flow: set the rate {sampling} on the router in Drawbridge.':
    'このスイッチのフローにはサンプラーが含まれません。Drawbridgeでルーターのサンプリングレートを{sampling}に設定してください。',
  'Cisco IOS and IOS XE': 'Cisco IOSおよびIOS XE',
  'Cisco IOS XE router': 'Cisco IOS XEルーター',
  'Cisco IOS router': 'Cisco IOSルーター',
  'Cisco Catalyst switch (IOS XE)': 'Cisco Catalystスイッチ（IOS XE）',
}
