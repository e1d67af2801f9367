// What the guide of Cisco IOS XR says, in Japanese; the sentences are written in setup/config/guides/cisco-ios-xr.ts.
import type { Phrases } from '../../../phrases.ts'

export const ciscoIosXrPhrases: Phrases = {
  'Tells the sampling rate; without it flows look too small.': 'サンプリングレートを通知します。ないとフローが実際より小さく見えます。',
  'That of the sampler table too.': 'サンプラーテーブルのテンプレートも同様。',
  'The port of the collector.': 'コレクターのポート番号。',
  'Monitor of IPv4': 'IPv4のモニター',
  'A record that the system has: addresses, ports, protocol, interfaces, flags, bytes, packets, times.':
    'システム定義のレコード：アドレス、ポート、プロトコル、インターフェース、フラグ、バイト数、パケット数、時刻。',
  'Long flows are told of this often; the default is 30 minutes.': '長時間のフローをこの間隔で送ります。既定値は30分です。',
  'Monitor of IPv6': 'IPv6のモニター',
  'IOS XR has NetFlow only with a sampler.': 'IOS XRのNetFlowにはサンプラーが必須です。',
  'Each interface that is watched; a bundle, not its members.':
    '監視する各インターフェース。バンドルの場合は、メンバーではなくバンドル自体。',
  'What comes in. With egress as well, each packet would count twice.':
    '受信パケット。egressも設定すると、各パケットが二重に数えられます。',
  'What only this guide has made.': 'このガイドで作成したものだけを削除します。',
  'Packets sent by a line card; put the card of the interface there.':
    'ラインカードの送信パケット数。locationには、インターフェースのあるラインカードを指定してください。',
  'The NCS 5500 wants a power of two as sampling rate, as 1024 or 4096: with another it may sample otherwise than it tells.':
    'NCS 5500のサンプリングレートは、1024や4096などの2の累乗にしてください。それ以外では、実際のレートが通知されるレートと異なる可能性があります。',
  'Export through a data interface: the management interface is not meant for it, and on many releases sends nothing.':
    'エクスポートにはデータ用のインターフェースを使ってください。管理インターフェースは想定されておらず、多くのリリースでは何も送信されません。',
  'IPFIX came with release 6.0.1; use NetFlow v9 before.': 'IPFIXはリリース6.0.1から使えます。それより前ではNetFlow v9を使ってください。',
  'Some NCS 5500 need the package xr-netflow, or a hardware profile and a reload, before flows are captured.':
    'NCS 5500の一部では、フローを取得するためにパッケージxr-netflow、またはハードウェアプロファイルの設定と再起動が必要です。',
  'AS numbers need `bgp attribute-download` in the address family of BGP; Drawbridge can look them up itself.':
    'AS番号を含めるには、BGPのアドレスファミリーに`bgp attribute-download`が必要です。なくてもDrawbridgeがAS番号を調べられます。',
  'Without `source` the exporter stays disabled. A collector in a VRF needs `destination {collector} vrf NAME`.':
    '`source`がないと、エクスポーターは無効のままです。コレクターがVRF内にある場合は、`destination {collector} vrf NAME`を設定してください。',
  'The lines `template data timeout 60` and `template options timeout 60` stand below `version`.':
    '`template data timeout 60`と`template options timeout 60`の行が`version`の下にあるか確認してください。',
  'The line `options sampler-table` is missing below `version`.': '`version`の下に`options sampler-table`の行がない可能性があります。',
  'A monitor is on ingress and egress, or on a bundle and its members: keep one.':
    'モニターがingressとegressの両方、またはバンドルとそのメンバーの両方に設定されている可能性があります。片方だけを残してください。',
}
