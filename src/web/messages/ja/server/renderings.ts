// What signatures say of themselves in the formats of other systems, in Japanese; written in src/signature and src/filter.
import type { Phrases } from '../../phrases.ts'

const titles: Phrases = {
  'Drawbridge filter': 'Drawbridgeのフィルター',
  'nftables rules': 'nftablesルール',
  'tcpdump expression': 'tcpdumpの式',
  'FlowSpec rules': 'FlowSpecルール',
  'Wireshark display filter': 'Wiresharkの表示フィルター',
  'Cloudflare Network Firewall expression': 'Cloudflare Network Firewallの式',
  'Suricata rules': 'Suricataルール',
  Fingerprint: 'フィンガープリント',
}

const notes: Phrases = {
  'For captures, firewall rules and drawbridge signature.': 'キャプチャ、ファイアウォールルール、drawbridge signatureで使えます。',
  'It drops whatever it holds, also what manages this host. `drawbridge firewall add` deploys the same filter with a guard, a lifetime and counters.':
    'このホストの管理通信も含め、一致するものをすべて破棄します。`drawbridge firewall add`なら、同じフィルターを保護、有効期間、カウンター付きで配備できます。',
  'Conditions on a payload need Linux 5.16 and nft 1.0.1.': 'ペイロードの条件にはLinux 5.16とnft 1.0.1が必要です。',
  "Use it as one argument: tcpdump -r FILE 'EXPRESSION'.": "1つの引数として指定します：tcpdump -r FILE 'EXPRESSION'。",
  'It looks past two IPv6 extension headers; packets with more are not held by what asks for a header behind them.':
    'IPv6拡張ヘッダーは2個まで読み飛ばします。3個以上あるパケットは、その後ろのヘッダーの条件に一致しません。',
  'Run as {command}; in Wireshark set the same preferences.':
    '{command}として実行します。Wiresharkでは同じ内容を環境設定で指定してください。',
  'Paste it as the expression of a custom rule; begin with the action log.':
    'カスタムルールの式として貼り付けます。最初はアクションlogで試してください。',
  'The text follows the documented fields. It was not run there.': '公開文書のフィールドに従っています。実際の動作は確認していません。',
  'The function bit_slice and the raw fields ip, tcp, udp are of the advanced plan.':
    '関数bit_sliceと、ip、tcp、udpの生フィールドはadvancedプランの機能です。',
  'Announce each rule for the prefix under attack: `drawbridge advertise` does it with a guard. The commands are those of GoBGP.':
    '攻撃を受けているプレフィックス宛てに各ルールを広告します。`drawbridge advertise`なら保護付きで広告できます。コマンドはGoBGPのものです。',
  'A rule for IPv4 is announced for IPv4 destinations only.': 'IPv4のルールはIPv4の宛先にのみ広告します。',
  'A rule for IPv6 is announced for IPv6 destinations only.': 'IPv6のルールはIPv6の宛先にのみ広告します。',
  'A rule for both versions: FAMILY=ipv6 for an IPv6 destination, ipv4 otherwise.':
    '両バージョン共通のルールです。IPv6の宛先ではFAMILY=ipv6、それ以外ではipv4を指定します。',
  'The text was not run here. Check it with `suricata -T -S FILE`, then with `suricata -r CAPTURE -S FILE -k none`.':
    '実際の動作は確認していません。`suricata -T -S FILE`、次に`suricata -r CAPTURE -S FILE -k none`で確認してください。',
  'Suricata looks at packets that it has put together from their fragments, and by default at none with a wrong checksum: set checksum-checks to no for attacks that have them.':
    'Suricataはフラグメントを結合したパケットを検査し、既定ではチェックサムが正しくないものを検査しません。そのような攻撃ではchecksum-checksをnoに設定してください。',
  'Replace alert by drop where Suricata stands in the way of the packets.':
    'Suricataがパケットの経路上にある場合は、alertをdropに置き換えてください。',
  'The fields are described in docs/signatures.md.': 'フィールドの説明はdocs/signatures.mdにあります。',
  'The filter has more than 64 combinations of conditions, and this format cannot nest them: use lists in braces in the place of or.':
    '条件の組み合わせが64通りを超えており、この形式では入れ子にできません。orの代わりに波括弧のリストを使ってください。',
  'No packet matches the filter.': 'フィルターに一致するパケットはありません。',
  'the filter is too long for tcpdump: use prefixes and ranges in the place of long lists, or the engine nflog':
    'フィルターがtcpdumpには長すぎます。長いリストの代わりにプレフィックスや範囲を使うか、エンジンをnflogにしてください',
  'the filter is too complex for nftables: too many combinations of conditions. Use lists in braces in the place of or, or several captures':
    'フィルターがnftablesには複雑すぎます（条件の組み合わせが多すぎます）。orの代わりに波括弧のリストを使うか、キャプチャを分けてください',
  'Wireshark has no name for these bytes: name the protocol beside them, one of tcp, udp, icmp, icmp6, gre, esp, sctp and dccp':
    'Wiresharkにはこれらのバイトの名前がありません。tcp、udp、icmp、icmp6、gre、esp、sctp、dccpのいずれかのプロトコルも条件に加えてください',
  'conditions on bytes cannot be negated: ask for the bytes that the packets have':
    'バイトの条件は否定できません。パケットに含まれるバイトを指定してください',
}

/** Nothing is left to say; the notes can follow. */
const nothings: Phrases = {
  'There is nothing to pass on but destinations.': '宛先以外に渡せる条件がありません。',
  'There is nothing in it that the language can say.': 'この言語で表現できる条件がありません。',
  'There is nothing in it that a rule can say.': 'ルールで表現できる条件がありません。',
  'A rule would hold all traffic to its destination: there is nothing else in the filter that FlowSpec can say.':
    '宛先へのトラフィックすべてに一致するルールになります。フィルターにはほかにFlowSpecで表現できる条件がありません。',
}

/** Why a condition is left out. */
const refusals: Phrases = {
  'a fingerprint names nobody who was attacked': 'フィンガープリントには攻撃対象を含めません',
  'the language has no field for it': '該当するフィールドがありません',
  'what a negation means without the header is not documented': 'ヘッダーがない場合の否定の意味が公開文書にありません',
  'a field of it exists for each protocol only; ask for one of tcp, udp and icmp beside it':
    'フィールドはプロトコルごとにしかありません。tcp、udp、icmpのいずれかも条件に加えてください',
  'fragments can be told of IPv4 only; ask for ip4 beside it': 'フラグメントを判別できるのはIPv4だけです。ip4も条件に加えてください',
  'the documentation names no protocols but tcp, udp and icmp': '公開文書にあるプロトコルはtcp、udp、icmpだけです',
  'it stands elsewhere in IPv4 and IPv6; ask for ip4 or ip6 beside it': 'IPv4とIPv6で位置が異なります。ip4またはip6も条件に加えてください',
  'FlowSpec has no component for it': 'FlowSpecに該当するコンポーネントがありません',
  'FlowSpec cannot say that a header is not there': 'FlowSpecではヘッダーがないことを表現できません',
  'the destination is that of the announcement': '宛先は広告で指定します',
  'a rule has one source': '1つのルールの送信元は1つです',
  'a rule has at most {most} ranges': '1つのルールの範囲は{most}個までです',
  'a rule has at most {most} values': '1つのルールの値は{most}個までです',
  'FlowSpec as the server has it knows first fragments and all':
    'このサーバーのFlowSpecで指定できるのは、先頭のフラグメントか全フラグメントです',
  'FlowSpec has ports of TCP and UDP only: all other protocols with ports are held as a whole':
    'FlowSpecのポートはTCPとUDPだけです。ポートを持つほかのプロトコルは全体が一致します',
  'FlowSpec asks for TCP in its place': 'FlowSpecでは代わりにTCPを条件にします',
  'rules do not say that a header is not there': 'ルールではヘッダーがないことを表現できません',
  'Suricata has ports of TCP and UDP only': 'SuricataのポートはTCPとUDPだけです',
  'Suricata puts fragments together before it looks at them': 'Suricataはフラグメントを結合してから検査します',
  'there is no buffer that has these bytes for certain': 'これらのバイトを確実に含むバッファーがありません',
  'a rule has one list of addresses for each end': '1つのルールのアドレスリストは、送信元・宛先それぞれ1つです',
  'a rule has one protocol': '1つのルールのプロトコルは1つです',
  'a rule compares with one range': '1つのルールで比較できる範囲は1つです',
}

const withNotes = Object.fromEntries(
  Object.entries(nothings).flatMap(([sentence, told]) => [
    [sentence, told],
    [`${sentence} {notes:phrase}`, `${told}{notes}`],
  ]),
)

const leftOut = Object.fromEntries(
  Object.entries(refusals).flatMap(([why, told]) => [
    [`Left out, because ${why}: {conditions:text}.`, `除外した条件：{conditions}（${told}）。`],
    [`Left out, because ${why}: {conditions:text}. {more:phrase}`, `除外した条件：{conditions}（${told}）。{more}`],
  ]),
)

export const renderingPhrases: readonly Phrases[] = [titles, notes, withNotes, leftOut]
