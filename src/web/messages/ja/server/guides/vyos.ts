// What the guide of VyOS says, in Japanese; the sentences are written in setup/config/guides/vyos.ts.
import type { Phrases } from '../../../phrases.ts'

export const vyosPhrases: Phrases = {
  'The commands': 'コマンド',
  'Enters configuration mode.': 'コンフィギュレーションモードに入ります。',
  'Counts what comes in there. Answers come in elsewhere.':
    'そこで受信したパケットを数えます。応答はほかのインターフェースで受信されます。',
  'No table in memory beside the export: it costs a processor and helps nobody here.':
    'エクスポートとは別のメモリー上のテーブルを作りません。CPUを消費するだけで、ここでは不要です。',
  'A flow that lasts is told of every {active} s. By default it is a week.':
    '継続中のフローは{active}秒ごとに送信されます。既定値は1週間です。',
  'Looks every 10 s which flows are due.': '送信すべきフローを10秒ごとに調べます。',
  'A flow is over after {inactive} s of silence. By default it is up to an hour.':
    '通信のないフローは{inactive}秒で終了とします。既定値は最大1時間です。',
  'The same for icmp.': 'icmpも同様です。',
  'The same for tcp-fin.': 'tcp-finも同様です。',
  'The same for tcp-generic.': 'tcp-genericも同様です。',
  'The same for tcp-rst.': 'tcp-rstも同様です。',
  'The same for udp.': 'udpも同様です。',
  'The address that names this router in sFlow. Register it.': 'sFlowでこのルーターを示すアドレスです。これを登録してください。',
  'Makes it so.': '設定を反映します。',
  'Also after a reboot.': '再起動後も設定を保持します。',
  'Become root, for the corrected file below': 'rootになる（下の修正版ファイルを使う場合）',
  'the shell of VyOS': 'VyOSのシェル',
  'Where the commands alone turn the live check green, stop here.':
    '上のコマンドだけでライブチェックが正常（緑）になれば、ここから先は不要です。',
  "Room for an addition to uacctd's unit.": 'uacctdのユニットへの追加設定を置くフォルダー。',
  'The corrected uacctd.conf, where the commands send nothing, or too little':
    '修正版のuacctd.conf（コマンドだけでは何も送信されないか、足りない場合）',
  'The group of the rules that VyOS makes for the interfaces.': 'VyOSがインターフェース用に作るルールのグループ番号。',
  'As much of each packet as the rules of VyOS hand over: the headers.': '各パケットのうち、VyOSのルールが渡す部分（ヘッダー）の長さ。',
  'uacctd takes the corrected file, also after the next commit': 'uacctdに修正版ファイルを使わせる（次のcommit後も）',
  'Adds to the unit. VyOS writes override.conf at each commit; zz comes after it.':
    'ユニットに設定を追加します。VyOSはcommitのたびにoverride.confを書き換えますが、zzで始まるファイルはその後に読み込まれます。',
  'Forgets the command before, which reads the file that VyOS writes.': 'VyOSが書いたファイルを読む、元のコマンドを取り消します。',
  'Reads the corrected one. /config survives reboots and upgrades.':
    '修正版を読み込みます。/configは再起動やアップグレードの後も残ります。',
  'Start it anew': '起動し直す',
  'the same root shell': '同じrootのシェル',
  'Reads the addition.': '追加設定を読み込みます。',
  'Starts with the corrected file.': '修正版ファイルで起動します。',
  'Leaves the root shell.': 'rootのシェルを抜けます。',
  'Take the corrected file back': '修正版ファイルを元に戻す',
  'uacctd reads the file of VyOS again.': 'uacctdは再びVyOSのファイルを読み込みます。',
  'Take the commands back': 'コマンドを元に戻す',
  'Nothing is counted and exported any more.': '以後は何も数えず、エクスポートもしません。',
  'Must say "Exporting flows to [{collector}]:{port}", and nothing else.':
    '「Exporting flows to [{collector}]:{port}」だけが表示されれば正常です。',
  'Shows the connection to {collector} and port {port}.': '{collector}のポート{port}への接続を表示します。',
  'Where "set system flow-accounting sflow" does not exist, take the variant sflow: "set system sflow" has replaced it.':
    '「set system flow-accounting sflow」がない場合は、「set system sflow」に置き換わっています。リリースにはsFlow（hsflowd）を選んでください。',
  'Builds of 1.4 from July 2022 to September 2023 write "plugins: sfprobe[sf_{collector}]" and then "sfprobe_receiver[sf_{collector_dashes}]: …". uacctd says "Unknown symbol", ignores those lines and sends to 127.0.0.1. The name must be the same in both places, as in the corrected file.':
    '2022年7月から2023年9月までの1.4のビルドは、「plugins: sfprobe[sf_{collector}]」の後に「sfprobe_receiver[sf_{collector_dashes}]: …」と書きます。uacctdは「Unknown symbol」と出力してその行を無視し、127.0.0.1へ送信します。修正版ファイルのように、両方の名前を同じにする必要があります。',
  'Releases before July 2022 write the colons of an IPv6 collector into the brackets: uacctd says "illegal brackets" and ends. The corrected file mends that too.':
    '2022年7月より前のリリースは、IPv6のコレクターのコロンを角括弧内にそのまま書くため、uacctdが「illegal brackets」と出力して終了します。修正版ファイルではこれも解消します。',
  'VyOS writes plugin_buffer_size 10485: uacctd counts packets when so many bytes have come together. A quiet router seems to send nothing. The corrected file has 1024.':
    'VyOSはplugin_buffer_sizeに10485を書きます。uacctdはこのバイト数がたまるまでパケットを数えないため、トラフィックの少ないルーターは何も送信していないように見えます。修正版ファイルでは1024です。',
  'NetFlow v9 of uacctd has its times in fields of IPFIX, which many collectors show as 1970. Drawbridge reads them; the corrected file uses the usual fields.':
    'uacctdのNetFlow v9では時刻がIPFIXのフィールドに入り、多くのコレクターで1970年と表示されます。Drawbridgeはこれを読み取れます。修正版ファイルでは通常のフィールドを使います。',
  'Whoever changes interfaces later does so by the commands: the rules follow. Collector, version and timeouts are then those of the corrected file.':
    '後からインターフェースを変更するときもコマンドを使ってください。ルールに反映されます。コレクター、バージョン、タイムアウトは、修正版ファイルの値のままです。',
  'After an upgrade of the image write zz-corrected.conf again: /etc belongs to the image, /config does not.':
    'イメージのアップグレード後は、zz-corrected.confを書き直してください。/configと違い、/etcはイメージの一部です。',
  'The commands take ports from 1025.': 'コマンドで指定できるポートは1025以上です。',
  'Compare the names in brackets: each must stand in plugins too.': '角括弧内の名前を比べてください。どの名前もpluginsの行に必要です。',
  'The router must reach the collector, also through its own firewall.':
    'ルーターから、自身のファイアウォールも通ってコレクターに到達できる必要があります。',
  'Set the clock by NTP.': 'NTPで時刻を合わせてください。',
  'If source-ip is not known, it is called source-address.': 'source-ipが認識されない場合は、source-addressを使ってください。',
  'A flow that lasts is told of every {active} s. By default it is 30 minutes.':
    '継続中のフローは{active}秒ごとに送信されます。既定値は30分です。',
  'A flow is over after {inactive} s of silence.': '通信のないフローは{inactive}秒で終了とします。',
  'The flows that it counts just now.': '現在数えているフロー。',
  'Under Export: what was sent and what failed.': 'Exportの欄に、送信できた数と失敗した数を表示します。',
  'sampling-rate of this release chooses one flow in N, not one packet: leave it out, or large flows are missed whole.':
    'このリリースのsampling-rateは、パケットではなくフローをN件に1件選びます。設定しないでください。大きなフローが丸ごと抜け落ちます。',
  'For sFlow take the variant sflow.': 'sFlowを使う場合は、リリースにsFlow（hsflowd）を選んでください。',
  'If "netflow interface" is not known, the release still has pmacct: take the variant 1.4.':
    '「netflow interface」が認識されない場合は、まだpmacctを使うリリースです。リリースに1.4を選んでください。',
  'Without an interface or a server the commit fails: look whether it went through.':
    'インターフェースまたはサーバーの設定がないと、commitは失敗します。成功したか確認してください。',
  'The module says what it could not send.': '送信できなかったものをモジュールが表示します。',
  'enable-egress counts what leaves as well: a packet that crosses two of the interfaces counts twice.':
    'enable-egressは送信側のパケットも数えます。2つのインターフェースを通るパケットは2重に数えられます。',
  'Samples what comes in there.': 'そこで受信したパケットをサンプリングします。',
  'Nothing is sampled any more.': '以後は何もサンプリングしません。',
  'Without agent-address hsflowd chooses one of its addresses: name the one you register (--router).':
    'agent-addressがないと、hsflowdがルーターのアドレスから1つを選びます。登録するアドレスを指定してください（--router）。',
  'The file that VyOS has written names your collector and each interface.':
    'VyOSが書いたファイルに、コレクターと各インターフェースが記載されている必要があります。',
  'Set agent-address to the address that is registered.': 'agent-addressに、登録済みのアドレスを設定してください。',
  'VyOS 1.5 and rolling, NetFlow by ipt-NETFLOW': 'VyOS 1.5とrolling、NetFlow（ipt-NETFLOW）',
  'VyOS 1.4 and newer, sFlow by hsflowd': 'VyOS 1.4以降、sFlow（hsflowd）',
}
