// What the guide of Ubiquiti EdgeRouter says, in Japanese; the sentences are written in setup/config/guides/ubiquiti-edgeos.ts.
import type { Phrases } from '../../../phrases.ts'

export const ubiquitiEdgeosPhrases: Phrases = {
  'Flow accounting': 'フローアカウンティング',
  'What comes in, with the inner addresses of forwarded ports.': '受信側。ポート転送された通信は内側のアドレスになります。',
  'No table for `show flow-accounting`: it costs memory.': '`show flow-accounting`用のテーブルを作りません。メモリーを節約します。',
  'The version of NetFlow.': 'NetFlowのバージョン。',
  'Tells engines of one router apart.': '1台のルーターの複数のエンジンを区別する番号。',
  'Seconds: how often it looks for flows to send.': '秒単位。送信するフローを調べる間隔です。',
  'Seconds: long flows are told of this often; the default is a week.': '秒単位。継続中のフローをこの間隔で送信します。既定値は1週間です。',
  'The same for ICMP, TCP and UDP.': 'ICMP、TCP、UDPも同様。',
  'Connections that have ended.': '終了した接続。',
  'All of it, with other collectors too.': 'すべての設定。ほかのコレクターの設定も含みます。',
  'Keeps it so.': '変更を保存します。',
  'Offloaded packets are not counted, and flow accounting and hardware offload do not go together on every model: look at `show ubnt offload`.':
    'オフロードされたパケットは数えられません。フローアカウンティングとハードウェアオフロードを併用できない機種もあります。`show ubnt offload`で確認してください。',
  'A UniFi Security Gateway forgets typed commands at the next provisioning: put them into its config.gateway.json.':
    'UniFi Security Gatewayでは、入力したコマンドが次のプロビジョニングで失われます。config.gateway.jsonに書いてください。',
  'UniFi OS gateways (UDM, UXG) have none of these commands; newer ones export by their web pages.':
    'UniFi OSのゲートウェイ（UDM、UXG）にはこれらのコマンドがありません。新しいものはWeb画面でエクスポートを設定できます。',
  'The route to the collector is missing, or all traffic is offloaded.':
    'コレクターへの経路がないか、すべてのトラフィックがオフロードされています。',
  'It sends from the address of the interface towards the collector: register that one.':
    'コレクター側のインターフェースのアドレスから送信します。そのアドレスを登録してください。',
  '`netflow enable-egress` is set as well: a packet is counted on its way in and on its way out.':
    '`netflow enable-egress`も設定されています。パケットが入るときと出るときの2回数えられます。',
}
