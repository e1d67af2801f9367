// What signatures say of their conditions, vectors and packets, in Japanese; written in src/signature.
import { protocolSpelling, protocolWords } from '../../../../contract/packet-filter.ts'
import { wireErrorTexts } from '../../../../contract/wire-errors.ts'
import type { Phrases } from '../../phrases.ts'
import { vectors } from './events.ts'

function phrasesOf(words: Phrases, of: (word: string, told: string) => readonly (readonly [string, string])[]): Phrases {
  return Object.fromEntries(Object.entries(words).flatMap(([word, told]) => of(word, told)))
}

/** Of describe/meaning: what a condition looks at. */
const fields: Phrases = {
  'IP protocol': 'IPプロトコル',
  'IP version': 'IPバージョン',
  'length of the IP packet': 'IPパケット長',
  'time to live': 'TTL（生存時間）',
  'differentiated services': 'DSCP値',
  'ICMP type': 'ICMPタイプ',
  'ICMP code': 'ICMPコード',
  'TCP window': 'TCPウィンドウ',
  "don't-fragment bit": 'DFビット',
  'length of the TCP header': 'TCPヘッダー長',
  'length in the UDP header': 'UDPヘッダーの長さ',
  port: 'ポート',
  address: 'アドレス',
  fragmentation: 'フラグメント化',
  'several fields': '複数のフィールド',
  '{field:phrase} (negated)': '{field}（否定）',
}

const places: Phrases = {
  'byte {at} of the payload': 'ペイロードのバイト{at}',
  'bytes {from}–{to} of the payload': 'ペイロードのバイト{from}〜{to}',
  'byte {at} of the transport header': 'トランスポートヘッダーのバイト{at}',
  'bytes {from}–{to} of the transport header': 'トランスポートヘッダーのバイト{from}〜{to}',
}

/** What a value of a field means. Words as short as these could be anybody's, so they have a phrase behind the field only. */
const meanings: Phrases = {
  'echo reply (ICMP)': 'エコー応答（ICMP）',
  'destination unreachable (ICMP)': '宛先到達不能（ICMP）',
  'echo request (ICMP)': 'エコー要求（ICMP）',
  'time exceeded (ICMP)': '時間超過（ICMP）',
  'echo request (ICMPv6)': 'エコー要求（ICMPv6）',
  'echo reply (ICMPv6)': 'エコー応答（ICMPv6）',
  'may be fragmented': 'フラグメント化可',
  'must not be fragmented': 'フラグメント化禁止',
  'no TCP options': 'TCPオプションなし',
  'no identification': '識別子なし',
  'as the scanner ZMap writes it': 'スキャナーZMapが書く値',
  'closed window': '閉じたウィンドウ',
  'sent from the same network, or forged by the last router': '同じネットワークから送信、または直前のルーターが偽造',
  'part of a packet that was cut on its way or by its sender': '経路上または送信者により分割されたパケットの一部',
  'first part of a larger packet': '大きなパケットの先頭部分',
  'later part of a larger packet, without ports': '大きなパケットの後続部分（ポートなし）',
  'flags that no connection has': '接続ではありえないフラグ',
  'answer to a new connection': '新規接続への応答',
  'new connection': '新規接続',
  'refused or broken connection': '拒否または切断された接続',
  'data of a connection': '接続のデータ',
  'packet of a connection': '接続のパケット',
  SSH: 'SSH',
  mail: 'メール',
  DNS: 'DNS',
  'web (HTTP)': 'Web（HTTP）',
  'web (HTTPS, QUIC)': 'Web（HTTPS、QUIC）',
  'remote desktop': 'リモートデスクトップ',
  SIP: 'SIP',
  Minecraft: 'Minecraft',
  'Source games': 'Sourceエンジンのゲーム',
  'answers of a service that is misused: {vector:phrase}': '{vector}に悪用されたサービスの応答',
}

/** Of describe/byte-meanings. */
const byteMeanings: Phrases = {
  'DNS answer': 'DNS応答',
  'DNS query': 'DNSクエリ',
  authoritative: '権威応答',
  truncated: '切り詰めあり',
  'recursion desired': '再帰要求',
  'recursion available': '再帰可能',
  'server failure': 'サーバー障害',
  'no such name': '該当する名前なし',
  refused: '拒否',
  'one question': '質問1件',
  'no answers': '回答なし',
  'no authorities': '権威レコードなし',
  'one additional record (EDNS)': '追加レコード1件（EDNS）',
  'NTP private mode (7), as of monlist': 'monlistなどのNTPプライベートモード（7）',
  'NTP control mode (6)': 'NTP制御モード（6）',
  'NTP answer of a server': 'NTPサーバーの応答',
  'NTP request of a client': 'NTPクライアントの要求',
  'monlist (MON_GETLIST_1)': 'monlist（MON_GETLIST_1）',
  'HTTP answer 200': 'HTTP応答200',
  'HTTP answer': 'HTTP応答',
  'SSDP search': 'SSDP検索',
  NOTIFY: 'NOTIFY',
  'memcached frame': 'memcachedフレーム',
  'memcached value': 'memcachedの値',
  'memcached statistics': 'memcachedの統計',
  'SNMP message': 'SNMPメッセージ',
  SNMPv1: 'SNMPv1',
  SNMPv2c: 'SNMPv2c',
  'community public': 'コミュニティpublic',
  'answer (GetResponse)': '応答（GetResponse）',
  'LDAP message': 'LDAPメッセージ',
  'no responder cookie': '応答側のクッキーなし',
  IKEv1: 'IKEv1',
  IKEv2: 'IKEv2',
  'identity protection (main mode)': 'ID保護（メインモード）',
  'aggressive mode': 'アグレッシブモード',
  informational: '情報交換',
  IKE_SA_INIT: 'IKE_SA_INIT',
  'IKE and not ESP': 'ESPではなくIKE',
  'QUIC initial packet': 'QUICのInitialパケット',
  'QUIC long header': 'QUICロングヘッダー',
  'QUIC short header': 'QUICショートヘッダー',
  'QUIC version 1': 'QUICバージョン1',
  'version negotiation': 'バージョンネゴシエーション',
  'STUN binding answer': 'STUNのBinding応答',
  STUN: 'STUN',
  'SIP answer': 'SIP応答',
  'game query (A2S_INFO)': 'ゲームのクエリ（A2S_INFO）',
  'game query (A2S_PLAYER)': 'ゲームのクエリ（A2S_PLAYER）',
  'game answer (A2S_INFO)': 'ゲームの応答（A2S_INFO）',
  'game query (getstatus)': 'ゲームのクエリ（getstatus）',
  'game answer (statusResponse)': 'ゲームの応答（statusResponse）',
  'game packet without a connection': '接続のないゲームのパケット',
  'TLS handshake': 'TLSハンドシェイク',
  'TLS application data': 'TLSアプリケーションデータ',
  'HTTP GET': 'HTTPのGET',
  'HTTP POST': 'HTTPのPOST',
  'BitTorrent DHT': 'BitTorrentのDHT',
  'acknowledges nothing': '確認応答番号0',
  'time stamp option': 'タイムスタンプオプション',
  'without UDP checksum': 'UDPチェックサムなし',
  'maximum segment size {bytes}': '最大セグメントサイズ{bytes}',
  'filler of {byte}': '0x{byte}のパディング',
  'text “{text:text}”': '文字列「{text}」',
}

/** Lengths and further ports of a title. */
const lengths: Phrases = {
  '{lengths:list} bytes': '{lengths}バイト',
  '{least:list} bytes and longer': '{least}バイト以上',
  'up to {most} bytes': '{most}バイト以下',
  '{ports:list}, up to {most} bytes': '{ports}、{most}バイト以下',
  '{number:span}': '{number}',
}

// Each item of a list begins with its space: so nobody's own text is one, and the rest of the list can follow.
const listed = phrasesOf({ ...byteMeanings, ...lengths }, (item, told) => [
  [` ${item}`, told],
  [` ${item},{more:phrase}`, `${told}、{more}`],
])

const conditions: readonly Phrases[] = [
  fields,
  places,
  listed,
  phrasesOf(places, (place, told) => [[`${place}:{meanings:phrase}`, `${told}：{meanings}`]]),
  phrasesOf(meanings, (meaning, told) => [[`{field:phrase}: ${meaning}`, `{field}：${told}`]]),
]

/** Of describe/titles: what a vector of an attack is called before its details. */
const kinds: Phrases = {
  'Fragment flood of {protocol}': '{protocol}のフラグメントフラッド',
  'Flood of IP protocol {number}': 'IPプロトコル{number}のフラッド',
  ...Object.fromEntries(
    Object.keys(protocolWords).map((name) => [`Flood of ${protocolSpelling(name)}`, `${protocolSpelling(name)}のフラッド`]),
  ),
  'Packets of any protocol': '任意のプロトコルのパケット',
}

const details: Phrases = {
  '{kind:phrase} from port{from:phrase}': '{kind}、送信元ポート{from}',
  '{kind:phrase} from ports{from:phrase}': '{kind}、送信元ポート{from}',
  '{kind:phrase} to port{to:phrase}': '{kind}、宛先ポート{to}',
  '{kind:phrase} to ports{to:phrase}': '{kind}、宛先ポート{to}',
  '{kind:phrase} from port{from:phrase} to port{to:phrase}': '{kind}、送信元ポート{from}、宛先ポート{to}',
  '{kind:phrase} from port{from:phrase} to ports{to:phrase}': '{kind}、送信元ポート{from}、宛先ポート{to}',
  '{kind:phrase} from ports{from:phrase} to port{to:phrase}': '{kind}、送信元ポート{from}、宛先ポート{to}',
  '{kind:phrase} from ports{from:phrase} to ports{to:phrase}': '{kind}、送信元ポート{from}、宛先ポート{to}',
}

const titles: readonly Phrases[] = [
  kinds,
  details,
  phrasesOf({ ...vectors, ...kinds }, (kind, told) => [[`${kind},{more:phrase}`, `${told}、{more}`]]),
]

/** Of describe/variability: why a condition is so cheap or costly to change. */
const costs: Phrases = {
  'another protocol is another attack': 'プロトコルを変えると別の攻撃になります',
  'the target has to be reachable by the other IP version': '攻撃対象に別のIPバージョンでも到達できる必要があります',
  'the sender decides whether to fragment': 'フラグメント化するかどうかは、送信者が決められます',
  'only shorter answers are not fragmented, and they amplify less': 'フラグメント化されないのは短い応答だけで、増幅率が下がります',
  'the sender chooses the source port of every packet': '送信元ポートは、送信者がパケットごとに選べます',
  'the misused service answers from its own port': '悪用されたサービスは、自身のポートから応答します',
  'the attacked service has its port; another port misses the service, but fills the line as well':
    '攻撃対象のサービスのポートは決まっています。別のポートではサービスに届きませんが、回線は同じように埋まります',
  'the request chooses the port that the answer goes to': '応答の宛先ポートは、要求する側が選べます',
  'other flags are another attack, which hosts and firewalls treat differently':
    'フラグを変えると別の攻撃になり、ホストやファイアウォールの扱いも変わります',
  'the flags are those of the answer of an ordinary host': '通常のホストの応答のフラグです',
  'another type is another attack': 'タイプを変えると別の攻撃になります',
  'the sender writes any code': 'コードは、送信者が自由に書けます',
  'the sender chooses the length of every packet': '長さは、送信者がパケットごとに選べます',
  'other lengths need other requests or other servers, and shorter answers amplify less':
    '長さを変えるには別の要求か別のサーバーが必要で、短い応答では増幅率が下がります',
  'the sender chooses the value that it starts from': '初期値は、送信者が選べます',
  'it depends on the reflectors and on how far away they are': 'リフレクターと、そこまでの距離で決まります',
  'the sender writes any value': '値は、送信者が自由に書けます',
  'the sender writes any window': 'ウィンドウは、送信者が自由に書けます',
  'the answering hosts choose their window': 'ウィンドウは、応答するホストが決めます',
  'the sender adds or leaves out options': 'オプションは、送信者が付け外しできます',
  'the options of the answer follow those of the request': '応答のオプションは、要求のオプションで決まります',
  'the sender writes any identification': '識別子は、送信者が自由に書けます',
  'the answering hosts choose it': '応答するホストが決めます',
  'the sender sets it or not': '設定するかどうかは、送信者が決められます',
  'a tool that forges packets writes any header bytes': 'パケットを偽造するツールは、ヘッダーのどのバイトも自由に書けます',
  'the answering hosts write them': '応答するホストが書きます',
  'the payload is filler that nobody reads': 'ペイロードは誰も読まないパディングです',
  'the misused service writes its answer; other bytes need another request':
    '応答は悪用されたサービスが書きます。バイトを変えるには別の要求が必要です',
  'sources can be forged, and hired hosts are replaced': '送信元は詐称でき、借りたホストも入れ替えられます',
  'other reflectors have to be found': '別のリフレクターを見つける必要があります',
  'the target is the purpose of the attack': '攻撃対象は攻撃の目的そのものです',
  'what is left out evades it': '除外されている値を使うだけで回避できます',
}

/** Of spread/spread-meter: titles of charts. */
const charts: Phrases = {
  Protocol: 'プロトコル',
  'Source port': '送信元ポート',
  'Destination port': '宛先ポート',
  'Length of the IP packet': 'IPパケット長',
  'TCP flags': 'TCPフラグ',
  'TCP window': 'TCPウィンドウ',
  'Length of the TCP header': 'TCPヘッダー長',
  'Identification of the IPv4 header': 'IPv4ヘッダーの識別子',
  "Don't-fragment bit": 'DFビット',
  Fragments: 'フラグメント',
  'ICMP type': 'ICMPタイプ',
  'Length in the UDP header': 'UDPヘッダーの長さ',
  'Entropy of the payload, bits a byte': 'ペイロードのエントロピー（1バイトあたりのビット数）',
  'First byte of the source address': '送信元アドレスの先頭バイト',
  'First four bytes of TCP options': 'TCPオプションの先頭4バイト',
  'Bytes {from}–{to} of the payload': 'ペイロードのバイト{from}〜{to}',
}

/** A label behind the title of its chart, by which it is known; what is told is the label alone. */
const chartLabels: Phrases = {
  'TCP flags: none': 'なし',
  "Don't-fragment bit: set": 'あり',
  "Don't-fragment bit: not set": 'なし',
  'Fragments: whole packet': '分割なし',
  'Fragments: first fragment': '先頭',
  'Fragments: later fragment': '後続',
}

const spreads: readonly Phrases[] = [
  charts,
  chartLabels,
  { 'Length of the TCP header: {length} bytes': '{length}バイト' },
  phrasesOf({ ...charts, TTL: 'TTL' }, (title) => [[`${title}: {count} others`, 'ほか{count}個']]),
]

const shares: Phrases = {
  'below {percent} %': '{percent}%未満',
  'above {percent} %': '{percent}%超',
}

/** Of junk/junk-looks. A share in front is a list of one: a phrase could be the sentences before it as well. */
const junk: Phrases = {
  '{share:list} of {count} payloads of 32 bytes and more cannot be told from random bytes by a chi-square test (all together have {bits} bits a byte, 8 is random).':
    '32バイト以上のペイロード{count}個のうち{share}が、カイ二乗検定でランダムなバイト列と区別できません（全体で1バイトあたり{bits}ビット、8ならランダム）。',
  'Encrypted and compressed payload looks the same.': '暗号化や圧縮されたペイロードも同じように見えます。',
  '{share:list} of {count} payloads are one byte again and again.': 'ペイロード{count}個のうち{share}が、同じ1バイトの繰り返しです。',
  '{share:list} of {count} payloads are the same one.': 'ペイロード{count}個のうち{share}が同一です。',
  '{share:list} of {count} packets have wrong checksums ({reasons:list}): no host would take them.':
    'パケット{count}個のうち{share}はチェックサムが正しくなく（{reasons}）、どのホストも受け付けません。',
  '{count} more have only begun theirs, as a host leaves them to its network card.':
    'ほかに{count}個は、ホストが計算をネットワークカードに任せた途中の値です。',
  'of the IPv4 header {share:phrase}': 'IPv4ヘッダーの{share}',
  'of TCP {share:phrase}': 'TCPの{share}',
  'of UDP {share:phrase}': 'UDPの{share}',
  'of ICMP {share:phrase}': 'ICMPの{share}',
  '{share:list} of {count} TCP packets have flags that no connection has: {reasons:list}.':
    'TCPパケット{count}個のうち{share}に、接続ではありえないフラグがあります：{reasons}。',
  'no flag at all {share:phrase}': 'フラグなし{share}',
  'SYN with FIN {share:phrase}': 'SYNとFIN {share}',
  'SYN with RST {share:phrase}': 'SYNとRST {share}',
  'all flags {share:phrase}': '全フラグ{share}',
  // The end of `FIN, PSH or URG without ACK`, which is read as a list.
  'URG without ACK {share:phrase}': 'URGのいずれか（ACKなし）{share}',
  '{share:list} of the packets have a source that was seen no more than twice (about {sources} sources), and {signs:phrase}. A filter by source is worth nothing here.':
    'パケットの{share}は、2回以下しか現れない送信元からです（送信元は約{sources}個）。さらに、{signs}。送信元によるフィルターは役に立ちません。',
  '{share:list} of {count} packets have sources in private, reserved or multicast networks, which nobody on the Internet has.':
    'パケット{count}個のうち{share}の送信元が、インターネットにはないプライベート、予約済み、マルチキャストのネットワークです。',
  '{share:list} of {count} packets have TTL {ttl}, of about {sources} sources: from many places it would differ.':
    'パケット{count}個のうち{share}のTTLが{ttl}です（送信元は約{sources}個）。多くの場所からなら、値はばらつくはずです。',
  '{share:list} of {count} packets cannot be meant as they are: {reasons:list}.':
    'パケット{count}個のうち{share}は、正しいパケットとは考えられません：{reasons}。',
  'a UDP length that is not that of the IP packet {share:phrase}': 'IPパケットと合わないUDP長{share}',
  'a TCP header that does not fit into the packet {share:phrase}': 'パケットに収まらないTCPヘッダー{share}',
  'broken TCP options {share:phrase}': '壊れたTCPオプション{share}',
  'port 0 {share:phrase}': 'ポート0が{share}',
  'their destination as source {share:phrase}': '宛先と同じ送信元{share}',
  'There is no baseline to compare with.': '比較する正常トラフィックがありません。',
  'The baseline has too few such packets to compare with.': '正常トラフィックに同種のパケットが少なすぎて比較できません。',
  'Of the baseline it is {share:phrase}.': '正常トラフィックでは{share}です。',
  'Of the baseline it is {share:phrase}: so it says nothing.': '正常トラフィックでも{share}のため、判断材料になりません。',
  'Packets captured on their own host have no checksums yet; capture on the wire.':
    '送信するホスト自身で取得したパケットには、まだチェックサムがありません。回線上で取得してください。',
}

/** Why sources look made up: one, or several in this order. */
const signs: Phrases = {
  'they spread over the address space as evenly as chance ({bits} of 8 bits of the first byte)':
    '送信元がアドレス空間に偶然と同じほど均等に分布しています（先頭バイトの8ビット中{bits}ビット）',
  '{share:list} are in networks that nobody has': '{share}は誰も使っていないネットワークの送信元です',
  '{share:list} came with TTL {ttl}, from near and far alike': '{share}は距離に関係なくTTLが{ttl}です',
  'source ports are even over all 65 536, which no system does':
    '送信元ポートが65536個すべてに均等に分布しています（そのようなシステムはありません）',
}

const junkPhrases: readonly Phrases[] = [
  shares,
  junk,
  signs,
  phrasesOf(signs, (sign, told) => [[`${sign}; {more:phrase}`, `${told}。また、{more}`]]),
]

/** Of warnings.ts and jobs, beside those of findings.ts. */
const warnings: Phrases = {
  'What came nearest, {filter}, holds {held:phrase} of the attack.': '最も近かった{filter}は、攻撃の{held}に一致します。',
  'What came nearest, {filter}, holds {held:phrase} of the attack and {spared:phrase} of other traffic.':
    '最も近かった{filter}は、攻撃の{held}、ほかのトラフィックの{spared}に一致します。',
  'Not held, and not to be told from other traffic: {vectors:phrase}.': '一致せず、ほかのトラフィックとも区別できないもの：{vectors}。',
  "Taken for somebody's transfer, as few send it: {vectors:phrase}.": '送信元が少なく、通常の転送とみなしたもの：{vectors}。',
  '{vector:phrase}, {share:phrase} of the capture': '{vector}（キャプチャの{share}）',
  '{vector:phrase}, {share:phrase} of the capture; {more:phrase}': '{vector}（キャプチャの{share}）、{more}',
  'There are more sampled packets than can be read: the newest {most} of {name:text} were taken.':
    'サンプルのパケットが多すぎるため、{name}のうち新しい{most}個を使いました。',
  'samples from {from:span} to {to:span}': '{from}〜{to}のサンプル',
  'samples of incident {id}': 'インシデント{id}のサンプル',
}

const refusals: Phrases = {
  'there are no sampled packets of this time and filter ({since:phrase}); name another time, or capture packets; samples come from sFlow routers and from agents that always sample':
    'この時間とフィルターに該当するサンプルのパケットがありません（{since}）。別の時間を指定するか、パケットをキャプチャしてください。サンプルはsFlowルーターと、常時サンプルを有効にしたエージェントから届きます',
  'none at all is kept': '保存済みのサンプルなし',
  'they are kept since {time}': '保存は{time}以降',
  'the packets cannot be read: {reason:text}; look at the file with tcpdump -r, and derive it from a whole one':
    'パケットを読み取れません：{reason}。ファイルをtcpdump -rで確認し、完全なファイルから生成してください',
  'the file {name} ({id}) is not kept any more; upload it again':
    'ファイル{name}（{id}）はもう保存されていません。もう一度アップロードしてください',
  'there is no uploaded file {id}; upload it first: POST …/drawbridge/signatures/files?name=…':
    'アップロード済みのファイル{id}がありません。先にアップロードしてください',
  '{count} signatures are kept, which is the most; remove one first: DELETE …/drawbridge/signatures/{id}':
    'シグネチャが上限の{count}件あります。先に1件削除してください',
  'there is nothing that another filter could be measured on; derive another signature':
    '別のフィルターを測定できるデータがありません。別のシグネチャを生成してください',
  'its packets had to make room for others (signatures.keep_mib); derive it again from its source':
    'パケットは空き容量のために削除されました（signatures.keep_mib）。元のデータからもう一度生成してください',
  'wait for its end, or stop it first': '終了を待つか、先に停止してください',
  'the server does not have its packets': 'サーバーにパケットがありません',
  [`${wireErrorTexts.bad_file} (it is empty)`]: 'ファイルが空です',
  [`${wireErrorTexts.bad_file} (it is compressed; unpack it with {program} first)`]:
    'ファイルが圧縮されています。先に{program}で展開してください',
  [`${wireErrorTexts.bad_file} (write one with tcpdump -w FILE)`]:
    'ファイルがpcapでもpcapngでもありません。tcpdump -w FILEで作成してください',
  [`${wireErrorTexts.truncated} (the file ends inside a packet)`]: 'ファイルがパケットの途中で終わっています',
  'samples.to must be after samples.from': 'samples.toはsamples.fromより後にしてください',
}

/** Put together by the server from pieces as short as a word. */
export const composedSignaturePhrases: readonly Phrases[] = [...titles, chartLabels]

export const signaturePhrases: readonly Phrases[] = [...conditions, ...titles, costs, ...spreads, ...junkPhrases, warnings, refusals]
