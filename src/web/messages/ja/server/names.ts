// Names and meanings in the server's sentences, in Japanese: of fields of flow records, of damages, of what holds a share.
import { wireErrorTexts, type WireErrorCode } from '../../../../contract/wire-errors.ts'
import type { Phrases } from '../../phrases.ts'

const figures: Phrases = {
  'less than {percent} %': '{percent}%未満',
  '{percent} %': '{percent}%',
  'an unknown protocol': '不明なプロトコル',
  'Template {id}': 'テンプレート{id}',
  'Templates {ids:list}': 'テンプレート{ids}',
  '{id} with {fields:count}': '{id}（{fields}）',
}

/** Of wire/session/record-check. */
const fields: Phrases = {
  protocol: 'プロトコル',
  'source address': '送信元アドレス',
  'destination address': '宛先アドレス',
  'source port': '送信元ポート',
  'destination port': '宛先ポート',
  'input interface': '入力インターフェース',
  'TCP flags': 'TCPフラグ',
  packets: 'パケット数',
  bytes: 'バイト数',
  'first packet time': '最初のパケットの時刻',
  'last packet time': '最後のパケットの時刻',
  sampler: 'サンプラー',
  addresses: 'アドレス',
  'TCP, UDP and ICMP cannot be told apart.': 'TCP、UDP、ICMPを区別できません。',
  'Nobody can say who sent the traffic.': 'トラフィックの送信元が分かりません。',
  'Nobody can say where the traffic went, so no rule for a prefix sees it.':
    'トラフィックの宛先が分からないため、プレフィックスのルールでは検知できません。',
  'Reflected traffic cannot be told by its service.': 'リフレクション攻撃のサービスを判別できません。',
  'Traffic cannot be told by its service.': 'トラフィックのサービスを判別できません。',
  'Traffic cannot be split by interface, and flows counted twice go unnoticed.':
    'インターフェース別に分けられず、フローの二重計上にも気付けません。',
  'SYN floods and scans look like other TCP traffic.': 'SYNフラッドやスキャンをほかのTCPトラフィックと区別できません。',
  'Packet rates are 0.': 'パケットレートが0になります。',
  'Bit rates are 0.': 'ビットレートが0になります。',
  'The time of the last packet, or of export, stands in for it.': '最後のパケットまたはエクスポートの時刻で代用します。',
  'The time of the first packet, or of export, stands in for it.': '最初のパケットまたはエクスポートの時刻で代用します。',
  'If the router samples, volumes are too low by its rate: let it send its sampler table, or set the rate of the router in Drawbridge.':
    'ルーターがサンプリングしている場合、量がレートの分だけ少なくなります。サンプラーテーブルを送信させるか、Drawbridgeでルーターのレートを設定してください。',
  'These are no flows between hosts: their records are kept, but say little.':
    'ホスト間のフローではありません。レコードは保存しますが、分かることは限られます。',
  'It comes more than once in a record; the last value counts.': 'レコードに重複しています。最後の値を使います。',
}

const damages: Readonly<Record<WireErrorCode, string>> = {
  truncated: 'データグラムがヘッダー、セット、レコードの途中で終わっています',
  unknown_version: 'バージョンがNetFlow v1、v5、v7、v9、IPFIX、sFlow v5のいずれでもありません',
  bad_count: 'ヘッダーのレコード数が、データグラムに入る数を超えています',
  bad_set_length: 'セットが自身のヘッダーより短いか、データグラムより長くなっています',
  bad_template: 'テンプレートのフィールドがないか多すぎる、またはレコード長が0です',
  bad_field_length: 'フィールドの長さが型に合いません',
  bad_address_type: 'アドレスがIPv4でもIPv6でもありません',
  bad_sample_length: 'sFlowのサンプルまたはレコードがデータグラムの残りより長くなっています',
  bad_file: 'ファイルがpcap、pcapng、生のデータグラムのいずれでもありません',
  bad_block: 'pcapngのブロック長が正しくありません',
  bad_packet: 'パケットの長さまたは時刻が正しくありません',
}

const damagePhrases: Phrases = Object.fromEntries(
  // It is a record by these codes.
  (Object.keys(damages) as WireErrorCode[]).flatMap((code) => [
    [wireErrorTexts[code], damages[code]],
    [`${wireErrorTexts[code]} ({detail:text})`, `${damages[code]}（{detail}）`],
  ]),
)

export const namePhrases: readonly Phrases[] = [figures, fields, damagePhrases]
