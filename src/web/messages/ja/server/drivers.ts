// What drivers of advertising and the guard before them say, beside the sentences of events.ts, in Japanese; written in src/mitigate.
import { refusals } from '../../../../contract/advertisement.ts'
import type { Phrases } from '../../phrases.ts'
import { refused } from './events.ts'

/** How a BGP session or the attempt ended; names of IANA's registry stay. */
const sessions: Phrases = {
  'the neighbour closed the connection before its OPEN came; does it have a neighbour with our address and AS?':
    'ネイバーがOPENの前に接続を閉じました。相手にこちらのアドレスとASのネイバー設定があるか確認してください',
  'the connection was lost: {reason} before its OPEN came; does it have a neighbour with our address and AS?':
    'OPENの前に接続が失われました：{reason}。相手にこちらのアドレスとASのネイバー設定があるか確認してください',
  'no answer within {seconds} s; {shared:list} must fit on both sides, or packets are dropped without a word':
    '{seconds}秒以内に応答がありません。{shared}が双方で一致していないと、パケットは通知なしに破棄されます',
  'the TCP MD5 password': 'TCP MD5パスワード',
  'it does not read: {bytes} bytes wait': '相手が読み取りません：{bytes}バイトが待機中',
  'it has read nothing for {seconds} s': '{seconds}秒間、相手が何も読み取っていません',
  '{error:text}; before that {earlier:text}': '{error}（その前：{earlier}）',
  'Hold Timer Expired ({reason:phrase})': 'ホールドタイマー満了（{reason}）',
  'OPEN Message Error: Bad Peer AS (AS {theirs} where AS {ours} is configured)': 'Bad Peer AS（相手はAS {theirs}、設定はAS {ours}です）',
  'OPEN Message Error: Bad BGP Identifier ({id}, which is our own)': 'Bad BGP Identifier（{id}はこちらと同じです）',
  'OPEN Message Error: Unsupported Capability (it takes {theirs:list}; configured is {ours:list})':
    'Unsupported Capability（相手の対応は{theirs}、設定は{ours}です）',
  'no family that we know': '既知のアドレスファミリーなし',
  'TCP MD5 passwords and ttl_security need Linux; remove them from advertise.bgp.neighbors, or run Drawbridge on Linux':
    'TCP MD5パスワードとttl_securityにはLinuxが必要です。advertise.bgp.neighborsから削除するか、DrawbridgeをLinuxで実行してください',
  'the TCP MD5 password has {bytes} bytes; {most} are possible': 'TCP MD5パスワードが{bytes}バイトあります。{most}バイト以内にしてください',
  'cannot open a TCP socket: {reason}': 'TCPソケットを開けません：{reason}',
  'cannot set the TTL (ttl_security): {reason}': 'TTLを設定できません（ttl_security）：{reason}',
  'cannot set the smallest TTL that is accepted (ttl_security): {reason}': '受け付けるTTLの下限を設定できません（ttl_security）：{reason}',
  'cannot set the TCP MD5 password; the kernel needs CONFIG_TCP_MD5SIG: {reason}':
    'TCP MD5パスワードを設定できません。カーネルにCONFIG_TCP_MD5SIGが必要です：{reason}',
}

/** Why a neighbour has no route: there is no session. */
const states: Phrases = Object.fromEntries(
  ['Idle', 'Connect', 'OpenSent', 'OpenConfirm', 'Established'].flatMap((state) => [
    [`{neighbor} is ${state}`, `{neighbor}は${state}です`],
    [`{neighbor} is ${state}: {reason:text}`, `{neighbor}は${state}です：{reason}`],
  ]),
)

/** Why it has none though there is one. */
const absences: Phrases = {
  '{neighbor} has another advertisement of the same route, which stands before it': '{neighbor}では同じ経路の別の広告が優先されています',
  '{neighbor} does not read what it is sent': '{neighbor}は送信内容を読み取っていません',
  '{neighbor} cannot have it: {why:text}': '{neighbor}には送信できません：{why}',
}

const whys: Phrases = {
  'the neighbour does not take {family}': 'ネイバーは{family}に対応していません',
  'there is no next hop for {family}: {why:phrase}; set {where}':
    '{family}のネクストホップがありません（{why}）。{where}を設定してください',
  'the address that the session comes from is not known before it is up': 'セッションの送信元アドレスは、確立するまで分かりません',
  '{address} is link-local': '{address}はリンクローカルアドレスです',
  'the session comes from an {version} address': 'セッションの送信元は{version}アドレスです',
  '{prefix} cannot be written as a route': '{prefix}は経路として表現できません',
}

/** Others can follow. */
const withMore = (parts: Phrases): Phrases =>
  Object.fromEntries(Object.entries(parts).map(([part, told]) => [`${part}; {more:phrase}`, `${told}、{more}`]))

const sent: Phrases = {
  'sent to {neighbors:list}': '{neighbors}へ送信済み',
  'sent to {neighbors:list}, not read there yet': '{neighbors}へ送信済み、未読み取り',
  'withdrawn from {neighbors:list}': '{neighbors}から取り下げ済み',
}

const bgp: Phrases = {
  ...absences,
  ...withMore(sent),
  ...withMore(absences),
  'it was withdrawn meanwhile': 'その間に取り下げられました',
  'no neighbour takes {purpose} of {prefix}: see purposes and families in advertise.bgp.neighbors':
    '{prefix}の{purpose}に対応したネイバーがありません。advertise.bgp.neighborsのpurposesとfamiliesを確認してください',
  'not connected to {neighbors:list}: what is still there goes {seconds} s after the session was lost, or when it is back':
    '{neighbors}は未接続です。残っている経路は、セッション切断の{seconds}秒後、または再接続時に消えます',
}

const cloudflare: Phrases = {
  'Cloudflare takes no change of this prefix now: {said:text}': 'Cloudflareは現在、このプレフィックスの変更を受け付けません：{said}',
  'Cloudflare refuses the API token, which needs the permission "{permission}": {said:text}':
    'CloudflareがAPIトークンを拒否しました。権限"{permission}"が必要です：{said}',
  'Cloudflare answers HTTP {status}: {said:text}': 'CloudflareがHTTP {status}を返しました：{said}',
  'Cloudflare does not answer: the answer is no JSON': 'Cloudflareの応答がJSONではありません',
  'Cloudflare does not answer: the answer has no prefix': 'Cloudflareの応答にプレフィックスがありません',
  'Cloudflare cannot do {purpose}': 'Cloudflareは{purpose}に対応していません',
  'Cloudflare has no BGP prefix {prefix}': 'CloudflareにBGPプレフィックス{prefix}がありません',
  'no prefix of the Cloudflare account covers {prefix}': 'Cloudflareアカウントに{prefix}を含むプレフィックスがありません',
  'Cloudflare advertises prefixes up to {length}, not {prefix}': 'Cloudflareが広告できるのは{length}までです（{prefix}は不可）',
  'Cloudflare has not approved {prefix} yet': 'Cloudflareが{prefix}をまだ承認していません',
  'Cloudflare does not advertise {prefix} any more; it is asked again': 'Cloudflareが{prefix}の広告をやめたため、再度要求します',
  'Cloudflare has not confirmed it within {minutes} minutes': 'Cloudflareから{minutes}分以内に確認がありません',
  '{prefix} is controlled by BGP at Cloudflare, not by the API': '{prefix}はCloudflareでAPIではなくBGPにより制御されています',
  'on-demand advertisement is not enabled for {prefix} at Cloudflare': 'Cloudflareで{prefix}のオンデマンド広告が有効になっていません',
}

const webhooks: Phrases = {
  '{host} answers HTTP {status}': '{host}がHTTP {status}を返しました',
  '{host} answers HTTP {status}: {said:text}': '{host}がHTTP {status}を返しました：{said}',
  '{host} answers HTTP {status}; redirects are not followed': '{host}がHTTP {status}を返しました。リダイレクトには従いません',
  '{host} answers HTTP {status}: {said:text}; redirects are not followed':
    '{host}がHTTP {status}を返しました：{said}。リダイレクトには従いません',
  '{host} answers HTTP 202 without a Location to ask for the confirmation': '{host}がHTTP 202を返しましたが、確認先のLocationがありません',
  '{host} answers HTTP 202 with a Location that leads elsewhere': '{host}がHTTP 202を返しましたが、Locationが別のサーバーを指しています',
  '{driver} is not configured; see the section advertise of the configuration':
    '{driver}が設定されていません。設定ファイルのadvertiseセクションを確認してください',
}

/** What is particular about a refusal. */
const guard: Phrases = {
  'it was to end at {time}': '終了予定は{time}でした',
  'its end is no time': '終了日時が正しくありません',
  'its end, {time}, is over': '終了日時{time}を過ぎています',
  '{cidr} has {drivers:list}; configure it in the section advertise':
    '{cidr}のドライバーは{drivers}。advertiseセクションで設定してください',
  '{cidr} has {drivers:list}; needed is {purpose}': '{cidr}のドライバーは{drivers}（必要な用途：{purpose}）',
  '{driver} for {cidr}; configure it in the section advertise': '{cidr}の{driver}。advertiseセクションで設定してください',
  '{driver} for {cidr}; needed is {purpose}': '{cidr}の{driver}（必要な用途：{purpose}）',
  '{purpose} is none of {purposes:list}': '{purpose}は{purposes}のいずれでもありません',
  'it goes with the purpose flowspec, not with {purpose}': '用途flowspecでのみ指定できます（現在は{purpose}）',
  [`${refusals.mapped}: {ipv4} instead of {written}`]: `${refused.mapped}：{written}ではなく{ipv4}`,
  [`${refusals.mapped}: {ipv4} instead of {written} [mapped]`]: `${refused.mapped}：{written}ではなく{ipv4} [mapped]`,
  '{written} is one or a part of one; {shortest} is the shortest': '{written}はデフォルトルートまたはその一部です。最短は{shortest}です',
  'write {canonical} instead of {written}': '{written}ではなく{canonical}と書いてください',
  '{prefix} is or contains {space}, {name:text}': '{prefix}は{space}（{name}）であるか、それを含みます',
  '{address} has no length; write {prefix} for the single address':
    '{address}にはプレフィックス長がありません。単一アドレスは{prefix}と書いてください',
  'a value of type {type}': '{type}型の値',
  '{text:text}; write it like 203.0.113.0/24 or 2001:db8::/32': '{text}。203.0.113.0/24や2001:db8::/32のように書いてください',
  '{count} causes hold it already': '要求元がすでに{count}件あります',
  'the cause {cause} does not hold it': '要求元{cause}はこの広告にありません',
}

/** Of bogons.ts. */
const spaces: Phrases = {
  '"this network" (RFC {rfc})': '自ネットワーク、RFC {rfc}',
  'private (RFC {rfc})': 'プライベート、RFC {rfc}',
  'shared address space (RFC {rfc})': '共有アドレス空間、RFC {rfc}',
  'loopback (RFC {rfc})': 'ループバック、RFC {rfc}',
  'link-local (RFC {rfc})': 'リンクローカル、RFC {rfc}',
  'IETF protocol assignments (RFC {rfc})': 'IETFプロトコル割り当て、RFC {rfc}',
  'documentation (RFC {rfc})': '文書用、RFC {rfc}',
  '{name} anycast (RFC {rfc})': '{name}エニーキャスト、RFC {rfc}',
  'benchmarking (RFC {rfc})': 'ベンチマーク用、RFC {rfc}',
  'multicast (RFC {rfc})': 'マルチキャスト、RFC {rfc}',
  'limited broadcast (RFC {rfc})': '限定ブロードキャスト、RFC {rfc}',
  'reserved (RFC {rfc})': '予約済み、RFC {rfc}',
  'the unspecified address (RFC {rfc})': '未指定アドレス、RFC {rfc}',
  'IPv4/IPv6 translation (RFC {rfc})': 'IPv4/IPv6変換、RFC {rfc}',
  'discard-only (RFC {rfc})': '破棄専用、RFC {rfc}',
  'segment routing (RFC {rfc})': 'セグメントルーティング、RFC {rfc}',
  'unique local (RFC {rfc})': 'ユニークローカル、RFC {rfc}',
  'site-local (RFC {rfc})': 'サイトローカル、RFC {rfc}',
  'outside of global unicast, 2000::/3': 'グローバルユニキャスト2000::/3の範囲外',
}

/** Of flowspec-rule.ts. */
const flowspec: Phrases = {
  'the rule is to be an object': 'ルールはオブジェクトで指定してください',
  '{field} is to be an object': '{field}はオブジェクトで指定してください',
  'match has no field {field}': 'matchに{field}というフィールドはありません',
  'its destination {destination} is not the prefix {prefix}': '宛先{destination}がプレフィックス{prefix}と一致しません',
  'source and destination are of different IP versions': '送信元と宛先のIPバージョンが異なります',
  'no packet matches: {field:text} needs protocol {protocols:list}':
    '一致するパケットがありません。{field}にはプロトコル{protocols}が必要です',
  'its action is none of discard, rate and redirect': 'actionはdiscard、rate、redirectのいずれかで指定してください',
  'bytes_per_second is to be a number, 0 or more': 'bytes_per_secondは0以上の数値で指定してください',
  'route_target is to be AS:number, like 65000:100, with six bytes in all':
    'route_targetは65000:100のようにAS:番号（合計6バイト）で指定してください',
  '{field} is to be a prefix without host bits, like {example}':
    '{field}は{example}のように、ホスト部のビットが0のプレフィックスで指定してください',
  '{field} has more than {most} values': '{field}の値は{most}個までです',
  '{field} is to have ranges [from, to]': '{field}は[from, to]の範囲で指定してください',
  '{field} has a range that ends before it begins: {from} to {to}': '{field}の範囲の終わりが始まりより前です：{from}〜{to}',
  'tcp_flags names no flag; leave it out': 'tcp_flagsにフラグがありません。不要なら省略してください',
  'tcp_flags wants a flag both set and unset': 'tcp_flagsで同じフラグの有無を同時に指定できません',
  'fragment is to be of {values:list}': 'fragmentは{values}から指定してください',
  '{field} is to have whole numbers from {least} to {most}': '{field}は{least}〜{most}の整数で指定してください',
  '{field} is to be a list with a value; leave it out to match everything':
    '{field}は値のあるリストで指定してください。すべてに一致させるには省略してください',
}

/** Of owned-prefix-guard.ts. */
const ownedPrefixes: Phrases = {
  'origin_as is to be a whole number from {least} to {most}': 'origin_asは{least}〜{most}の整数で指定してください',
  'drivers are to be of {names:list}': 'driversは{names}から指定してください',
  'drivers is to name at least one of {names:list}': 'driversには{names}から1つ以上指定してください',
  'drivers names one twice': 'driversに重複があります',
  '{field} is to be from {least} to {most}': '{field}は{least}〜{most}で指定してください',
  '{field} is to be from {least} to {most}, or null for none': '{field}は{least}〜{most}、または不可を表すnullで指定してください',
  '{count} prefixes are registered; remove one first': 'プレフィックスが上限の{count}個登録されています。先に1個削除してください',
}

/** Put together by the server from pieces as short as a word. */
export const composedDriverPhrases: readonly Phrases[] = [states, withMore(states)]

export const driverPhrases: readonly Phrases[] = [
  sessions,
  whys,
  ...composedDriverPhrases,
  bgp,
  cloudflare,
  webhooks,
  guard,
  spaces,
  flowspec,
  ownedPrefixes,
]
