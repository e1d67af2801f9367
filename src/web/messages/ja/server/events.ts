// What incidents and announcements tell of themselves, in Japanese; written in src/detect, src/mitigate and src/app.
import { refusals, type Refusal } from '../../../../contract/advertisement.ts'
import type { Phrases } from '../../phrases.ts'

const incidents: Phrases = {
  '{rate} packets/s': '{rate}pps',
  '{target} and {count} more': '{target}ほか{count}件',
  'its prefixes': 'ルールのプレフィックス',
  '{rule}: {rate:text} to {targets:text}, above {limit:text} for {span:span}': '{rule}：{targets}宛て{rate}、{limit}を{span}超過',
  '{rule}: {rate:text} to {targets:text}, {limit:text} expected, for {span:span}': '{rule}：{targets}宛て{rate}、通常は{limit}、{span}継続',
  '{rate:text} to {targets:text}, above {limit:text} for {span:span}': '{targets}宛て{rate}、{limit}を{span}超過',
  '{rate:text} to {targets:text}, {limit:text} expected, for {span:span}': '{targets}宛て{rate}、通常は{limit}、{span}継続',
  '{vectors:list}, {rate} packets/s': '{vectors}、{rate}pps',
  '{vectors:list}, {rate}b/s': '{vectors}、{rate}b/s',
  'Went above {limit:text}.': '{limit}を超えました。',
  'Incident opened: {rate:text}, above {limit:text} for {span:span}.': 'インシデント開始：{rate}、{limit}を{span}超過。',
  'Nothing was counted for {span:span}: the server was restarted or stood still.':
    '{span}にわたり集計できませんでした。サーバーが再起動されたか、停止していました。',
  'Calm: no longer above {limit:text}.': '収束：{limit}を下回りました。',
  'Incident closed after {span:span} of calm.': '収束から{span}後にインシデントを終了しました。',
  'Incident closed: {reason:text}': 'インシデント終了：{reason}',
  'the rule watches something else now.': 'ルールの監視対象が変わりました。',
  'the rule was switched off.': 'ルールが無効になりました。',
  'the rule was deleted.': 'ルールが削除されました。',
  'the clock of the server was set back.': 'サーバーの時計が戻されました。',
  'Largest second: {rate:text}.': '最大の1秒：{rate}。',
  'The alert goes to {count} destination': 'アラートを送信先{count}件へ送信',
  'The alert goes to {count} destinations': 'アラートを送信先{count}件へ送信',
  'A reminder goes to {count} destination': 'リマインダーを送信先{count}件へ送信',
  'A reminder goes to {count} destinations': 'リマインダーを送信先{count}件へ送信',
  'The end of the alert goes to {count} destination': 'アラートの終了を送信先{count}件へ送信',
  'The end of the alert goes to {count} destinations': 'アラートの終了を送信先{count}件へ送信',
  'Capture {id} of packets to the target is started on {count} agent': '攻撃対象宛てのキャプチャ{id}をエージェント{count}台で開始',
  'Capture {id} of packets to the target is started on {count} agents': '攻撃対象宛てのキャプチャ{id}をエージェント{count}台で開始',
  'Capture {id} has ended with {count} packets': 'キャプチャ{id}が終了（パケット{count}個）',
  'Capture {id} has failed: {reason:text}': 'キャプチャ{id}が失敗：{reason}',
  '{who} has removed capture {id}': '{who}がキャプチャ{id}を削除',
  'Packets could not be captured: {reason:text}': 'パケットをキャプチャできませんでした：{reason}',
  'no reason is known': '理由は不明です',
  'the server has a fault, which its log tells': 'サーバーに障害があります。ログを確認してください',
  '{prefix} could not be advertised: {reason:text}': '{prefix}を広告できませんでした：{reason}',
  '{count} more prefixes could not be advertised': 'ほか{count}件のプレフィックスを広告できませんでした',
  '{prefix} waits for approval ({by}). {why:text}': '{prefix}は承認待ち（{by}）。{why}',
  '{prefix} is being announced ({by}). {why:text}': '{prefix}を広告処理中（{by}）。{why}',
  '{prefix} is announced ({by}). {why:text}': '{prefix}を広告中（{by}）。{why}',
  '{prefix} is being withdrawn ({by}). {why:text}': '{prefix}を取り下げ処理中（{by}）。{why}',
  '{prefix} is withdrawn ({by}). {why:text}': '{prefix}を取り下げ済み（{by}）。{why}',
  '{prefix} is delayed ({by}). {why:text}': '{prefix}の処理に遅延（{by}）。{why}',
  '{prefix} is locked ({by}). {why:text}': '{prefix}はロック中（{by}）。{why}',
  '{prefix} could not be announced ({by}). {why:text}': '{prefix}を広告できず（{by}）。{why}',
  'Drawbridge: {why:text}': 'Drawbridge：{why}',
}

export const refused: Readonly<Record<Refusal, string>> = {
  malformed: 'CIDR形式のプレフィックスではありません',
  host_bits: 'プレフィックス長より後ろのビットが立っています',
  mapped: 'IPv4射影・IPv4互換のIPv6アドレスは広告できません。IPv4プレフィックスで指定してください',
  default_route: 'デフォルトルートは広告できません',
  bogon: '予約済みのプレフィックスです。所有者はいません',
  not_owned: '登録済みのプレフィックスに含まれていません',
  shorter: '重なっている登録済みプレフィックスより短いプレフィックスです',
  too_long: 'この用途で許可された長さより長いプレフィックスです',
  too_short: 'この用途で許可された長さより短いプレフィックスです',
  purpose: '登録済みプレフィックスではこの用途が許可されていません',
  driver: '登録済みプレフィックスのドライバーはこれに対応していません',
  locked: '登録済みプレフィックスがロックされています',
  automatic: '登録済みプレフィックスは手動でのみ広告できます',
  stopped: '経路広告は停止中です',
  conflict: '同じものが別の用途または処理で広告されています',
  cap: '広告の件数が上限に達しています',
  flowspec_cap: 'FlowSpecルールの件数が上限に達しています',
  lifetime: '許可された期間を超えます',
  damped: '直近1時間に広告と取り下げを繰り返しすぎています',
  flowspec: 'FlowSpecルールが正しくありません',
}

// With what is particular about it, and with the name of the refusal in brackets, which pages read.
const refusalPhrases: Phrases = Object.fromEntries(
  // It is a record by these names.
  (Object.keys(refused) as Refusal[]).flatMap((name) => [
    [refusals[name], refused[name]],
    [`${refusals[name]} [${name}]`, `${refused[name]} [${name}]`],
    [`${refusals[name]}: {more:text}`, `${refused[name]}：{more}`],
    [`${refusals[name]}: {more:text} [${name}]`, `${refused[name]}：{more} [${name}]`],
  ]),
)

const announcements: Phrases = {
  '{cidr}; announce {prefix} by hand, or allow it for the registered prefix':
    '{cidr}。{prefix}を手動で広告するか、登録済みプレフィックスで許可してください',
  '{prefix} reaches beyond {cidr}': '{prefix}は{cidr}の範囲を超えています',
  '{prefix}; register the prefix first if it is yours: {command}': '{prefix}。自組織のものなら先に登録してください：{command}',
  '{prefix}, while {cidr} is diverted down to {length}': '{prefix}。{cidr}で迂回できるのは{length}までです',
  '{cidr} has no FlowSpec': '{cidr}ではFlowSpecが許可されていません',
  '{cidr} has no blackholing': '{cidr}ではブラックホールが許可されていません',
  '{prefix}, while in {cidr} all traffic is dropped from {length} on only':
    '{prefix}。{cidr}で全トラフィックを破棄できるのは{length}以上です',
  '{cidr}; drawbridge prefix unlock {again}': '{cidr}。解除：drawbridge prefix unlock {again}',
  'nothing new is announced until: {command}': '再開するまで新たに広告できません：{command}',
  '{prefix} for {purpose}; withdraw it first': '{prefix}（{purpose}）。先に取り下げてください',
  'a FlowSpec rule that matches the same; withdraw it first': '同じ条件のFlowSpecルールがあります。先に取り下げてください',
  '{most}; withdraw one, or raise {key}': '{most}件。1件取り下げるか、{key}を大きくしてください',
  '{prefix} {times} times; announce it by hand if it has to be there': '{prefix}は{times}回。必要なら手動で広告してください',
  '{hours} h, advertise.max_lifetime_hours; until {time} at the latest': '{hours}時間（advertise.max_lifetime_hours）。遅くとも{time}まで',
  '{prefix} is in {space}, {name:text}: it has a use inside your own network only':
    '{prefix}は{space}（{name}）に含まれ、自組織のネットワーク内でのみ意味があります',
  '{cidr} names {driver}, which is not configured: it is not told': '{cidr}の広告先{driver}は設定されていないため、送信されません',
  '{prefix} is {state} with {driver} already: this becomes one more cause of it':
    '{prefix}はすでに{driver}で処理されています。要求元が1件追加されます',
  '{driver} is not ready: {detail:text}': '{driver}の準備ができていません：{detail}',
  'another account announces it': '別のアカウントが広告しています',
  'it does not wait for approval': '承認待ちではありません',
  'it does not wait for approval; withdraw it instead': '承認待ちではありません。取り下げてください',
  'only what waits for approval can be rejected; withdraw it instead': '却下できるのは承認待ちのものだけです。取り下げてください',
  'nothing holds it any more': '要求元がなくなりました',
  'waits for approval': '承認待ち',
  'dry run: nothing was sent': 'ドライラン：何も送信していません',
  'the attack went on when it was withdrawn': '取り下げ後も攻撃が続いていました',
  'until {time}, its longest time': '最長期間の期限{time}に到達',
  'calm for {span:span}': '収束から{span}経過',
  '{who}: calm for {span:span}': '{who}：収束から{span}経過',
  '{who}: until {time}, its longest time': '{who}：最長期間の期限{time}に到達',
  'no registered prefix matches it by prefix_match {kind}': 'prefix_match {kind}で一致する登録済みプレフィックスがありません',
  'only single hosts are blackholed': 'ブラックホールにできるのは単一ホストだけです',
}

const drivers: Phrases = {
  'not configured': '未設定',
  '{up} of {all} neighbours established': 'ネイバー{all}台中{up}台が確立',
  'no neighbours in advertise.bgp.neighbors': 'advertise.bgp.neighborsにネイバーがありません',
  'sent to {neighbors:list}': '{neighbors}へ送信済み',
  'sent to {neighbors:list}, not read there yet': '{neighbors}へ送信済み、未読み取り',
  'withdrawn from {neighbors:list}': '{neighbors}から取り下げ済み',
  'no neighbour was to have it': '対象のネイバーがありません',
  'no BGP session': 'BGPセッションなし',
  'BGP session established': 'BGPセッション確立',
  'BGP session lost': 'BGPセッション切断',
  'no answer within {seconds} s': '{seconds}秒以内に応答なし',
  'no OPEN came': 'OPENが届きません',
  'nothing heard for {seconds} s': '{seconds}秒間受信なし',
  'the neighbour closed the connection': 'ネイバーが接続を閉じました',
  'the connection was lost: {reason}': '接続が失われました：{reason}',
  'the connection was closed': '接続が閉じられました',
  'the neighbour ended the session: {reason:text}': 'ネイバーがセッションを終了しました：{reason}',
  'we ended the session: {reason:text}': 'こちらからセッションを終了しました：{reason}',
  'the last call succeeded': '前回の呼び出しは成功',
  'nothing has been asked yet': 'まだ要求なし',
  'nothing has been sent yet': 'まだ送信なし',
  '{host} has answered': '{host}が応答しました',
  '{host} has taken it; its confirmation is awaited': '{host}が受け付け、確認を待っています',
  '{host} has not confirmed it within {seconds} s': '{host}から{seconds}秒以内に確認がありません',
  'Cloudflare advertises {prefix}': 'Cloudflareが{prefix}を広告中',
  'Cloudflare advertises {prefix} already': 'Cloudflareが{prefix}をすでに広告中',
  'Cloudflare has accepted to advertise {prefix}, which takes it 2 to 7 minutes':
    'Cloudflareが{prefix}の広告を受け付けました（2〜7分かかります）',
  'Cloudflare has withdrawn {prefix}': 'Cloudflareが{prefix}を取り下げ済み',
  'Cloudflare has accepted to withdraw {prefix}, which takes it about 15 minutes':
    'Cloudflareが{prefix}の取り下げを受け付けました（約15分かかります）',
  'Cloudflare does not advertise {prefix}': 'Cloudflareは{prefix}を広告していません',
  'Cloudflare has locked {prefix}; its support can unlock it': 'Cloudflareが{prefix}をロックしています。解除はサポートに依頼してください',
  'Cloudflare does not answer: {reason}': 'Cloudflareが応答しません：{reason}',
  'Drawbridge was stopped; it goes on after its start': 'Drawbridgeが停止されました。起動後に続行します',
}

/** Of contract/attack-vectors. */
export const vectors: Phrases = {
  '{name} amplification': '{name}増幅攻撃',
  '{name} reflection': '{name}リフレクション攻撃',
  '{name} flood': '{name}フラッド',
  'Fragment flood': 'フラグメントフラッド',
  'TCP flags flood': 'TCPフラグフラッド',
  'Flood of another IP protocol': 'その他のIPプロトコルのフラッド',
  'Game server (Source, Steam) reflection': 'ゲームサーバー（Source、Steam）リフレクション攻撃',
  'Quake protocol reflection': 'Quakeプロトコルリフレクション攻撃',
  'QUIC or DTLS reflection': 'QUIC/DTLSリフレクション攻撃',
  'MS SQL browser amplification': 'MS SQL Browser増幅攻撃',
}

/** By the vectors themselves: `{vector} to {target}.` could be any sentence. */
export const composedEventPhrases: readonly Phrases[] = [
  Object.fromEntries(Object.entries(vectors).map(([vector, told]) => [`${vector} to {target}.`, `{target}への${told}。`])),
]

export const eventPhrases: readonly Phrases[] = [incidents, refusalPhrases, announcements, drivers, vectors, ...composedEventPhrases]
