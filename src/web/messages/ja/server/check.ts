// What the live check of a router tells, in Japanese; the sentences are written in setup/check.
import type { Phrases } from '../../phrases.ts'

/** What steps wait for, and what is in order. */
const steps: Phrases = {
  'Waits for datagrams.': 'データグラムを待っています。',
  'Waits for flows.': 'フローを待っています。',
  'Waits for a sender.': '送信元を待っています。',
  'Waits for a template.': 'テンプレートを待っています。',
  'Waits for the first datagram of any new sender.': '新しい送信元からの最初のデータグラムを待っています。',
  'Waits for the first datagram of {sender}.': '{sender}からの最初のデータグラムを待っています。',
  '{datagrams:count} ({size}) from {address}, the last {ago:span} ago.': '{address}から{datagrams}（{size}）、最後は{ago}前です。',
  "{address} is the router's own address, as far as can be seen.": '確認できる限り、{address}はルーター自身のアドレスです。',
  'sFlow does not tell the time of the agent.': 'sFlowはエージェントの時刻を通知しません。',
  'Waits for a datagram that tells the time.': '時刻を含むデータグラムを待っています。',
  'The clocks agree to {span:span}.': '時刻のずれは{span}以内です。',
  'Datagrams are counted; none has been looked at yet.': 'データグラムを数えていますが、まだ解析していません。',
  'It is {protocols:list}.': '{protocols}です。',
  'Every field of a good flow record is there.': 'フローレコードに必要なフィールドがすべてあります。',
  'Counters come, flow samples not yet: they need traffic, and sampling that is on.':
    'カウンターは届いていますが、フローサンプルはまだです。トラフィックがあり、サンプリングが有効である必要があります。',
  'Waits until the router is registered: until then its flows are not kept.':
    'ルーターの登録を待っています。登録するまでフローは保存されません。',
  '{flows:count} of {address} is on the graph.': '{address}の{flows}がグラフに表示されています。',
  '{flows:count} of {address} are on the graph.': '{address}の{flows}がグラフに表示されています。',
  'Flows are decoded; they are on the graph within seconds.': 'フローをデコードしました。数秒でグラフに表示されます。',
  'What came before it was registered ({flows:count}) is not kept; waits for its next flows.':
    '登録前に届いたもの（{flows}）は保存されません。次のフローを待っています。',
  'No flow has come twice.': '重複して届いたフローはありません。',
  'Registered by its sFlow agent address {address}.': 'sFlowエージェントアドレス{address}で登録済みです。',
  '{address} is registered.': '{address}は登録済みです。',
  'One packet in {rates:list}, told by the router {places:list}.': '{rates}パケットに1個。ルーターが{places}で通知しています。',
  'Every packet, told by the router {places:list}.': '全パケット。ルーターが{places}で通知しています。',
  'in each record': '各レコード',
  'in its options data': 'オプションデータ',
  'in the headers': 'ヘッダー',
  'One packet in {rate}, as set for this router in Drawbridge.': '{rate}パケットに1個。Drawbridgeでこのルーターに設定した値です。',
  'Every packet, as set for this router in Drawbridge.': '全パケット。Drawbridgeでこのルーターに設定した値です。',
  'One packet in {rate}, told in its options data before the check began.':
    '{rate}パケットに1個。チェックの開始前にオプションデータで通知されました。',
  'Every packet, told in its options data before the check began.': '全パケット。チェックの開始前にオプションデータで通知されました。',
  '{protocols:list} needs no templates.': '{protocols}にテンプレートは不要です。',
  'Waits for a template; routers repeat them every minute to every half hour.':
    'テンプレートを待っています。ルーターは1分〜30分ごとに再送します。',
  '{templates:count}, known from before: {fields:list}.': '{templates}（以前から既知）：{fields}。',
  '{templates:count}: {fields:list}.': '{templates}：{fields}。',
  'sFlow tells no times: its samples have that of their arrival.': 'sFlowは時刻を通知しません。サンプルには到着時刻を使います。',
  'Start and end of {flows:count} can be right.': '{flows}の開始・終了時刻に不審な点はありません。',
  'The records tell no times: that of export stands in for them.': 'レコードに時刻がないため、エクスポートの時刻を使います。',
}

/** Does anything arrive, and is it registered? */
const arrival: Phrases = {
  'Nothing has come from any new sender for {waited:span}.': '新しい送信元からの受信が{waited}ありません。',
  'Nothing has come from {sender} for {waited:span}.': '{sender}からの受信が{waited}ありません。',
  'Export must be on, to an address of this machine and to UDP port {ports:list}. Flows are told when they end or their active timeout is over, so the watched interface needs traffic; with timeouts as advised the first come within a minute. If the command shows no packet, the router does not send, or a firewall on the way drops it.':
    'エクスポートが有効で、宛先がこのマシンのアドレスとUDPポート{ports}である必要があります。フローは終了時またはアクティブタイムアウト時に送られるため、監視対象のインターフェースにトラフィックが必要です。推奨のタイムアウトなら、最初のフローは1分以内に届きます。コマンドにパケットが表示されない場合は、ルーターが送信していないか、途中のファイアウォールが破棄しています。',
  'Datagrams that a firewall of this machine drops cannot be seen without root rights.':
    'このマシンのファイアウォールが破棄するデータグラムは、root権限がないと確認できません。',
  '{source} sends {protocol:text} to {address} port {port}, where nobody listens ({datagrams:count}). Drawbridge listens at {listeners:list}.':
    '{source}が{protocol}を{address}のポート{port}へ送信していますが、待ち受けがありません（{datagrams}）。Drawbridgeの待ち受けは{listeners}です。',
  '{source} sends {protocol:text} to port {port}, where nobody listens ({datagrams:count}). Drawbridge listens at {listeners:list}.':
    '{source}が{protocol}をポート{port}へ送信していますが、待ち受けがありません（{datagrams}）。Drawbridgeの待ち受けは{listeners}です。',
  "Set the collector's port on the router to {ports:list}, or let Drawbridge listen there: add {listener} to collect.listen in its configuration and restart it.":
    'ルーターでコレクターのポートを{ports}に設定するか、Drawbridgeの設定ファイルのcollect.listenに{listener}を追加して再起動してください。',
  'Send to one of those addresses, or let Drawbridge listen at all: set collect.listen to {listener} in its configuration and restart it.':
    'これらのアドレスのいずれかへ送信するか、Drawbridgeの設定ファイルのcollect.listenを{listener}にして再起動し、すべてのアドレスで待ち受けてください。',
  "{datagrams:count} from {source} to port {port} reached this machine, and none its socket: this machine's firewall drops them.":
    '{source}からポート{port}への{datagrams}がこのマシンに届きましたが、ソケットには届いていません。このマシンのファイアウォールが破棄しています。',
  'Let UDP port {port} in: with ufw by "{ufw}", with firewalld by "{firewalld}", with nftables by the command. Where no rule drops them, it is the reverse path filter: the way back to {source} leads out by another interface ({sysctl}).':
    'UDPポート{port}を許可してください：ufwは「{ufw}」、firewalldは「{firewalld}」、nftablesは次のコマンドです。破棄するルールがない場合は、逆方向経路フィルターが原因です。{source}への戻りの経路が別のインターフェースを通っています（{sysctl}）。',
  '{source} sends by IPv6 to port {port} ({datagrams:count}), and Drawbridge listens for IPv4 only: {listeners:list}.':
    '{source}がIPv6でポート{port}へ送信していますが（{datagrams}）、DrawbridgeはIPv4でのみ待ち受けています：{listeners}。',
  "Set collect.listen to {listener}, which takes IPv4 too, in Drawbridge's configuration and restart it; or let the router send to an IPv4 address of this machine.":
    'Drawbridgeの設定ファイルのcollect.listenを{listener}（IPv4も受け付けます）にして再起動するか、ルーターからこのマシンのIPv4アドレスへ送信してください。',
  'Nothing comes from {expected}, but {address} has begun to send.': '{expected}からの受信はありませんが、{address}が送信を始めました。',
  'If that is the router, look at {address} instead. Routers have several addresses and mostly send from that of the interface towards the collector, unless told otherwise.':
    'それが目的のルーターなら、代わりに{address}を確認してください。ルーターには複数のアドレスがあり、指定がなければ通常、コレクター側のインターフェースのアドレスから送信します。',
  'The kernel dropped {datagrams:count} at {address} since the check began: the receive buffer of {size} was full.':
    'チェックの開始以降、カーネルが{address}で{datagrams}を破棄しました。受信バッファー（{size}）が満杯でした。',
  'Allow larger receive buffers by the command, put it into /etc/sysctl.d to keep it, and restart Drawbridge.':
    'コマンドで受信バッファーの上限を大きくし、恒久化するには/etc/sysctl.dに書き、Drawbridgeを再起動してください。',
  'Give Drawbridge more threads (collect.workers) or let routers sample: more comes than it can take.':
    '処理できる量を超えて届いています。Drawbridgeのスレッド（collect.workers）を増やすか、ルーターでサンプリングしてください。',
  '{address} is not registered: what it sends is counted and thrown away.':
    '{address}は未登録です。受信したものは数えるだけで、破棄しています。',
  'Register it, if it is your router.': '自分のルーターなら登録してください。',
  '{address} is registered in another account of this Drawbridge, which keeps its flows.':
    '{address}はこのDrawbridgeの別のアカウントに登録されており、フローはそちらに保存されます。',
  'An address belongs to one account. Whoever runs Drawbridge can remove it there; then register it here.':
    '1つのアドレスは1つのアカウントにしか登録できません。Drawbridgeの管理者に削除を依頼してから、ここで登録してください。',
  '{sender} sends by {family}, while {known:list} is silent: it may be the same router.':
    '{sender}が{family}で送信しており、{known}からは受信がありません。同じルーターの可能性があります。',
  '{sender} sends by {family}, while {known:list} are silent: it may be the same router.':
    '{sender}が{family}で送信しており、{known}からは受信がありません。同じルーターの可能性があります。',
  'Register {sender} as well, or let the router send to an {family} address of this machine. Each address is a router of its own here.':
    '{sender}も登録するか、ルーターからこのマシンの{family}アドレスへ送信してください。ここではアドレスごとに別のルーターとして扱います。',
}

/** Is it flow export, with templates and fields? */
const contents: Phrases = {
  '{datagrams:count} from {address} is no flow export: another protocol.':
    '{address}からの{datagrams}はフローエクスポートではなく、別のプロトコルです。',
  '{datagrams:count} from {address} are no flow export: another protocol.':
    '{address}からの{datagrams}はフローエクスポートではなく、別のプロトコルです。',
  '{datagrams:count} from {address} is no flow export: the first looks like {looks}.':
    '{address}からの{datagrams}はフローエクスポートではありません。最初のものは{looks}のようです。',
  '{datagrams:count} from {address} are no flow export: the first looks like {looks}.':
    '{address}からの{datagrams}はフローエクスポートではありません。最初のものは{looks}のようです。',
  'Find what sends it to this port, and send it elsewhere. Here belong NetFlow v5, v9, IPFIX and sFlow v5, without encryption.':
    'このポートへ送信しているものを見つけ、送信先を変更してください。このポートで受け付けるのは、暗号化していないNetFlow v5、v9、IPFIX、sFlow v5です。',
  '{address} sends {versions:list}, which nobody decodes any more.':
    '{address}が送信している{versions}は、もうデコードできない古いバージョンです。',
  'Set the agent to sFlow version 5.': 'エージェントをsFlowバージョン5に設定してください。',
  'Set the export version to 9 or IPFIX; 5 where the router has nothing newer.':
    'エクスポートのバージョンを9またはIPFIXに設定してください。ルーターが対応していなければ5にしてください。',
  '{parts:count} in {datagrams:count} ({share:text}): {what:text}.': '{datagrams}中に{parts}（{share}）：{what}。',
  'What stood before the damage was kept. Look for a packet size limit on the way that cuts datagrams; otherwise it is a fault of the exporter: update it, and keep the pcap of this check for its maker.':
    '破損箇所より前の内容は保存しました。途中でデータグラムを切り詰めるパケットサイズの制限がないか確認してください。なければエクスポーターの不具合です。更新し、メーカーへの報告用にこのチェックのpcapを保存してください。',
  '{sets:count} of flows waits. {templates:text} has not come for {waited:span}.':
    'フローの{sets}が待機中です。{templates}が{waited}届いていません。',
  '{sets:count} of flows waits. {templates:text} have not come for {waited:span}.':
    'フローの{sets}が待機中です。{templates}が{waited}届いていません。',
  '{sets:count} of flows wait. {templates:text} has not come for {waited:span}.':
    'フローの{sets}が待機中です。{templates}が{waited}届いていません。',
  '{sets:count} of flows wait. {templates:text} have not come for {waited:span}.':
    'フローの{sets}が待機中です。{templates}が{waited}届いていません。',
  'The flows are kept until it comes: every minute on some routers, every 30 minutes on others. Let the router repeat its templates every minute (template refresh or timeout); turning its export off and on sends them at once.':
    'フローは届くまで保持します。再送の間隔は、ルーターにより1分〜30分です。テンプレートを毎分再送するように設定してください（template refreshまたはtimeout）。エクスポートを無効にして再び有効にすると、すぐに送信されます。',
  '{templates:text} changed its fields {times} times since the check began.':
    'チェックの開始以降、{templates}のフィールドが{times}回変わりました。',
  '{templates:text} changed their fields {times} times since the check began.':
    'チェックの開始以降、{templates}のフィールドが{times}回変わりました。',
  'Two exporters use the same template number and observation domain: give each an observation domain (source id) of its own, or an address of its own. Until then records may be read by the wrong template.':
    '2台のエクスポーターが同じテンプレート番号とobservation domainを使っています。それぞれに別のobservation domain（source id）かアドレスを割り当ててください。それまでは、レコードが誤ったテンプレートで読み取られるおそれがあります。',
  '{templates:text} has no bytes: every bit rate will be 0.': '{templates}にバイト数がありません。ビットレートはすべて0になります。',
  '{templates:text} have no bytes: every bit rate will be 0.': '{templates}にバイト数がありません。ビットレートはすべて0になります。',
  '{templates:text} has no bytes: every bit rate of such flows will be 0.':
    '{templates}にバイト数がありません。このフローのビットレートは0になります。',
  '{templates:text} have no bytes: every bit rate of such flows will be 0.':
    '{templates}にバイト数がありません。このフローのビットレートは0になります。',
  '{share:text} of {records:count} have 0 bytes: bit rates will be far too low.':
    '{records}の{share}が0バイトです。ビットレートは実際より大幅に低くなります。',
  'Add the byte counter to the flow record (octetDeltaCount, "counter bytes long"), and the packet counter beside it.':
    'フローレコードにバイトカウンター（octetDeltaCount、「counter bytes long」）とパケットカウンターを追加してください。',
  'The records lack {fields:list}.': 'レコードに{fields}がありません。',
  'Add them to the flow record of the router, where it can tell them.': 'ルーターが対応していれば、フローレコードに追加してください。',
  '{templates:text} has {fields:list} more than once; the last value counts.':
    '{templates}に{fields}が重複しています。最後の値を使います。',
  '{templates:text} have {fields:list} more than once; the last value counts.':
    '{templates}に{fields}が重複しています。最後の値を使います。',
  'Take the field out of the flow record where it stands twice, in match and collect for example: other collectors refuse such templates.':
    'フローレコードで重複しているフィールドを1つにしてください（matchとcollectの両方にあるなど）。このようなテンプレートを拒否するコレクターもあります。',
  '{templates:text} has {fields:count} of the maker ({names:list}), which may hold what is missing and cannot be read.':
    '{templates}にメーカー独自の{fields}（{names}）があります。不足分を含む可能性がありますが、読み取れません。',
  '{templates:text} have {fields:count} of the maker ({names:list}), which may hold what is missing and cannot be read.':
    '{templates}にメーカー独自の{fields}（{names}）があります。不足分を含む可能性がありますが、読み取れません。',
  'Export the standard fields of IANA beside them, or in their place.':
    'IANA標準のフィールドを併せて、または代わりにエクスポートしてください。',
}

/** Times, the clock, sampling. */
const measures: Phrases = {
  '{share:text} of {flows:count} begin or end before the year 2000, most likely in 1970: the router sends no real times.':
    '{flows}の{share}の開始または終了が2000年より前（おそらく1970年）です。ルーターが実際の時刻を送信していません。',
  'Set the clock of the router (NTP), and let it export times that it has: with pmacct "timestamps_secs: true" or no timestamps in the aggregate at all, elsewhere first and last switched, or flow start and end in milliseconds.':
    'ルーターの時刻を合わせ（NTP）、実際の時刻をエクスポートさせてください。pmacctでは「timestamps_secs: true」にするかaggregateから時刻を外し、ほかではfirst/last switchedか、ミリ秒単位のflow start/endを使ってください。',
  '{share:text} of {flows:count} end before they begin.': '{flows}の{share}で、終了が開始より前になっています。',
  'Look whether first and last are exchanged in the flow record; otherwise it is a fault of the exporter: update it.':
    'フローレコードでfirstとlastが入れ替わっていないか確認してください。そうでなければエクスポーターの不具合です。更新してください。',
  '{share:text} of {flows:count} are far from the time of their export, one by {span:span} ahead.':
    '{flows}の{share}がエクスポートの時刻から離れています（最大で{span}進み）。',
  '{share:text} of {flows:count} are far from the time of their export, one by {span:span} behind.':
    '{flows}の{share}がエクスポートの時刻から離れています（最大で{span}遅れ）。',
  'Shorten the active timeout to 60 s and the inactive one to 30 s. If they are short, the router has two clocks that disagree: set its time by NTP and restart its export.':
    'アクティブタイムアウトを60秒、非アクティブタイムアウトを30秒に短縮してください。すでに短い場合は、ルーター内の2つの時計がずれています。NTPで時刻を合わせ、エクスポートを再起動してください。',
  "The router's clock is {span:span} ahead of this machine's.": 'ルーターの時計がこのマシンより{span}進んでいます。',
  "The router's clock is {span:span} behind this machine's.": 'ルーターの時計がこのマシンより{span}遅れています。',
  'It is a whole number of quarters of an hour: the router may hold its local time for UTC.':
    'ずれが15分の倍数のため、ルーターが現地時刻をUTCとして扱っている可能性があります。',
  'Let both take their time from NTP. The command shows this machine’s clock and turns NTP on; on the router set an NTP server, and its time zone.':
    '両方の時刻をNTPで合わせてください。コマンドはこのマシンの時計を表示し、NTPを有効にします。ルーターにはNTPサーバーとタイムゾーンを設定してください。',
  'The router does not tell its sampling rate ({flows:count} without).':
    'ルーターがサンプリングレートを通知していません（通知のない{flows}）。',
  "The account's default of 1 in {rate} is used.": 'アカウントの既定値1/{rate}を使っています。',
  'If it looks at every packet, set 1 for this router, as the command does. If it samples, set the N of its "1 in N" in the same way, or let it send its sampler table: otherwise volumes are wrong by that factor.':
    '全パケットを見ている場合は、このコマンドのように1を設定してください。サンプリングしている場合は、同様に「1/N」のNを設定するか、サンプラーテーブルを送信させてください。設定しないと、量がその倍率だけ違ってしまいます。',
  '{share:text} of the flows name sampler {samplers:list}, whose rate {address} has not told for {waited:span}.':
    'フローの{share}がサンプラー{samplers}を参照していますが、{address}はそのレートを{waited}通知していません。',
  'Let the router send its sampler table ("option sampler-table" in the flow exporter, timeout 60), or set the N of its "1 in N" for this router here. Until then volumes are too low by that factor.':
    'ルーターにサンプラーテーブルを送信させるか（フローエクスポーターの「option sampler-table」、timeout 60）、ここで「1/N」のNを設定してください。それまでは、量がその倍率だけ少なくなります。',
}

/** Is it the router's own address, told once, stored? */
const identity: Phrases = {
  '{expected} was expected, and {address} came: a NAT on the way may have rewritten the source.':
    '{expected}を待っていましたが、{address}から届きました。途中のNATが送信元を書き換えた可能性があります。',
  'It says of itself that it is {expected}.': '自身を{expected}と名乗っています。',
  'If {address} stands for the router, look at it and register it. Better exempt UDP to this machine from the NAT, or let the router send from the address that leaves untranslated.':
    '{address}が目的のルーターなら、それを確認して登録してください。できれば、このマシン宛てのUDPをNATの対象から外すか、変換されないアドレスからルーターに送信させてください。',
  'The datagrams come from {address}, the gateway of this container: the container network rewrites the source.':
    'データグラムがこのコンテナーのゲートウェイ{address}から届いています。コンテナーネットワークが送信元を書き換えています。',
  "The datagrams come from {address}, this machine's own address on {interface}: the container network rewrites the source.":
    'データグラムがこのマシン自身のアドレス{address}（{interface}）から届いています。コンテナーネットワークが送信元を書き換えています。',
  "The datagrams come from {address}, this machine's own address on {interface}: an exporter on this machine, or something on it that rewrites the source.":
    'データグラムがこのマシン自身のアドレス{address}（{interface}）から届いています。このマシン上のエクスポーターか、送信元を書き換えるものがあります。',
  'Routers cannot be told apart so. Run the container with the host’s network (docker run --network host), or publish the port without the userland proxy.':
    'このままではルーターを区別できません。コンテナーをホストのネットワークで実行するか（docker run --network host）、userland proxyなしでポートを公開してください。',
  'If the exporter runs on this machine, all is well: register this address. Otherwise look for a masquerade rule or a relay for the port.':
    'エクスポーターがこのマシンで動作しているなら問題ありません。このアドレスを登録してください。そうでなければ、マスカレードのルールやポートの中継がないか確認してください。',
  'The router says that it is {told}, and its datagrams come from {address}.':
    'ルーターは{told}と名乗っていますが、データグラムは{address}から届いています。',
  'Flows are kept under {told} once that is registered, under {address} otherwise. Set the agent address on the router to the address that it sends from, or register {again} and stay with it.':
    'フローは、{told}が登録済みならそのアドレスで、そうでなければ{address}で保存されます。ルーターのエージェントアドレスを送信元アドレスに合わせるか、{told}を登録してそのまま使ってください。',
  'Flows are kept under {address}. If a NAT stands between, exempt UDP to this machine from it; otherwise set the source of the export to {told} on the router.':
    'フローは{address}で保存されます。途中にNATがあれば、このマシン宛てのUDPを対象から外してください。なければ、ルーターでエクスポートの送信元を{told}に設定してください。',
  'More than one exporter sends from {address}: {signs:text}.': '{address}から複数のエクスポーターが送信しています：{signs}。',
  'it tells {boots:count} in turns, {span:span} apart': '{boots}が交互に現れる（差は{span}）',
  'source ports {ports:list} each number their datagrams on their own': '送信元ポート{ports}がそれぞれ独自の連番を付けている',
  'it carries the sFlow agents {agents:list}': 'sFlowエージェント{agents}を含む',
  'Their flows are kept as those of one router, and their templates may overwrite each other. Let each send from an address of its own; where they must share one, give each an observation domain (source id) of its own.':
    'フローは1台のルーターのものとして保存され、テンプレートが互いに上書きされるおそれがあります。それぞれ別のアドレスから送信させてください。共有が必要な場合は、それぞれに別のobservation domain（source id）を割り当ててください。',
  '{address} tells its flows by {names:list}; {flows:count} came by both: traffic is counted twice.':
    '{address}がフローを{names}で送信しています。{flows}が両方で届き、トラフィックが2重に数えられています。',
  '{address} tells its flows by {names:list}: traffic is counted twice.':
    '{address}がフローを{names}で送信しています。トラフィックが2重に数えられています。',
  '{address} tells its flows by {names:list}; {flows:count} came by both: traffic is counted {times} times.':
    '{address}がフローを{names}で送信しています。{flows}が重複して届き、トラフィックが{times}重に数えられています。',
  '{address} tells its flows by {names:list}: traffic is counted {times} times.':
    '{address}がフローを{names}で送信しています。トラフィックが{times}重に数えられています。',
  'Turn off all but one on the router; {protocol} is a good choice.': 'ルーターで1つを残して無効にしてください。{protocol}がおすすめです。',
  '{same:count} of {flows:count} ({share:text}) from {address} came twice, with another interface or direction.':
    '{address}からの{flows}中{same}（{share}）が、インターフェースまたは方向だけを変えて2回届きました。',
  '{same:count} of {flows:count} ({share:text}) from {address} came twice, exactly the same.':
    '{address}からの{flows}中{same}（{share}）が、まったく同じ内容で2回届きました。',
  'The router meters the same packet on its way in and on its way out. Watch one direction only, the way in (ingress) on every interface.':
    'ルーターが同じパケットを受信時と送信時の両方で計測しています。すべてのインターフェースで受信側（ingress）だけを監視してください。',
  'The same export is set twice: look for two exporters, monitors or destinations that lead to this machine, and take one away.':
    '同じエクスポートが二重に設定されています。このマシンへ向かうエクスポーター、モニター、宛先が2つないか確認し、1つを削除してください。',
  '{same:count} of {flows:count} came from {address} and from {other} alike.':
    '{flows}中{same}が、{address}と{other}の両方から届きました。',
  'Let one of {address} and {names:list} export them: a relay or a second address of the same router sends copies. Traffic is counted once for each.':
    '{address}と{names}のうち1つだけからエクスポートさせてください。中継機器か、同じルーターの別アドレスがコピーを送信しており、トラフィックが重複して数えられています。',
  '{flows:count} were thrown away because the disk buffer is full: the store does not take them.':
    'ディスクバッファーが満杯のため、{flows}を破棄しました。ストアに格納できていません。',
  '{flows:count} were decoded {ago:span} ago, and the store has none of them.':
    '{ago}前に{flows}をデコードしましたが、ストアに1件も格納されていません。',
  'The store is down, too slow, or its disk is full. The command looks at it.':
    'ストアが停止しているか、遅すぎるか、ディスクが満杯です。コマンドで確認できます。',
  '{share:text} of what {address} sent never arrived, by its own numbering.':
    '連番によると、{address}が送信したもののうち{share}が届いていません。',
  'UDP was lost on the way or at this machine: look for a full link, a rate limit on the way, and for datagrams that the kernel dropped (drawbridge doctor). Datagrams larger than the MTU are lost whole when a fragment is.':
    '途中またはこのマシンでUDPが失われました。回線の輻輳、途中のレート制限、カーネルが破棄したデータグラム（drawbridge doctor）を確認してください。MTUより大きいデータグラムは、フラグメントが1つ失われると全体が失われます。',
}

export const checkPhrases: readonly Phrases[] = [steps, arrival, contents, measures, identity]
