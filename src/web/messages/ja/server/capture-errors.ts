// Why captures and firewall rules fail on agents and in buckets, in Japanese; written in src/capture and src/firewall/agent.
import type { Phrases } from '../../phrases.ts'

const doctor = 'drawbridge agent doctorで確認してください'

/** Of buckets/bucket-error: the reason, then what the store has called it, then the next step. */
const reasons: Phrases = {
  'there is no bucket {bucket} at {host}': '{host}にバケット{bucket}がありません',
  'there is no object {key} in bucket {bucket}': 'バケット{bucket}にオブジェクト{key}がありません',
  'the unfinished upload is gone from bucket {bucket}': 'バケット{bucket}から未完了のアップロードがなくなりました',
  'bucket {bucket} refuses the key': 'バケット{bucket}がキーを拒否しました',
  'bucket {bucket} is closed': 'バケット{bucket}は閉鎖されています',
  '{host} does not know the access key': '{host}がアクセスキーを認識しません',
  'the secret does not belong to the access key': 'シークレットがアクセスキーと一致しません',
  'the session token is not valid': 'セッショントークンが無効です',
  'the session token has expired': 'セッショントークンの期限が切れています',
  'there are no keys for bucket {bucket}': 'バケット{bucket}のキーがありません',
  'the clock of this host is wrong by more than 15 minutes': 'このホストの時計が15分以上ずれています',
  'bucket {bucket} is full': 'バケット{bucket}が満杯です',
  'the object is larger than {host} takes': 'オブジェクトが{host}の上限を超えています',
  'bucket {bucket} is in another region': 'バケット{bucket}は別のリージョンにあります',
  '{host} has lost a part of the upload': '{host}でアップロードの一部が失われました',
  '{host} is no S3 server, or the bucket forbids writing': '{host}がS3サーバーではないか、バケットへの書き込みが禁止されています',
  '{host} is not an address that a store can have': '{host}は保存先として使えないアドレスです',
  '{host} does not answer as an S3 server does': '{host}の応答がS3サーバーのものではありません',
  'the object is full: S3 takes no more than 10 000 parts': 'オブジェクトが満杯です（S3の上限は10000パート）',
  '{host} refuses the request': '{host}が要求を拒否しました',
  '{key} is on the host of the agent': '{key}はエージェントのホストにあります',
  '{host} takes requests more slowly than packets come': '{host}の処理がパケットの到着に追い付きません',
  '{host} is not available': '{host}は利用できません',
  'the name {host} is not known': '名前{host}を解決できません',
  '{host} refuses the connection': '{host}が接続を拒否しました',
  '{host} cannot be reached': '{host}に到達できません',
  'the connection to {host} was cut': '{host}との接続が切断されました',
  '{host} does not answer in time': '{host}が時間内に応答しません',
  'the certificate of {host} is not trusted by this host': '{host}の証明書はこのホストで信頼されていません',
  '{host} has answered with an error': '{host}がエラーを返しました',
}

const steps: Phrases = {
  'make it, or correct its name': '作成するか、名前を修正してください',
  'it was deleted or never written': '削除されたか、書き込まれていません',
  'check who aborts uploads there, and its lifecycle rules': 'アップロードを中止した要因とライフサイクルルールを確認してください',
  'ask the provider of the bucket': 'バケットの提供元に問い合わせてください',
  'add the bucket again with a new one': '新しいトークンでバケットを追加し直してください',
  'add access-key-id and secret-access-key to the destination, or set them in the configuration under captures':
    '保存先にaccess-key-idとsecret-access-keyを追加するか、設定ファイルのcapturesで設定してください',
  'timedatectl set-ntp true': 'timedatectl set-ntp trueを実行してください',
  'set a lower byte_limit': 'byte_limitを小さくしてください',
  'give its region: ?region=…': 'リージョンを?region=…で指定してください',
  'capture again': 'もう一度キャプチャしてください',
  'check endpoint': 'endpointを確認してください',
  'give the address of a store as endpoint': 'endpointに保存先のアドレスを指定してください',
  'set byte_limit, by which larger parts are made': 'byte_limitを設定してください（1パートが大きくなります）',
  'look at the log of the store': '保存先のログを確認してください',
  'fetch it from there': 'ホストから直接取得してください',
  'check its spelling and the resolver of this host': 'つづりと、このホストの名前解決を確認してください',
  'give Node the CA of the store: NODE_EXTRA_CA_CERTS=/path/to/ca.pem':
    '保存先のCAをNodeに指定してください：NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  'check access-key-id and secret-access-key and add the bucket again':
    'access-key-idとsecret-access-keyを確認し、バケットを追加し直してください',
  'allow s3:PutObject on its folder to the key': 'キーにフォルダーへのs3:PutObjectを許可してください',
  'make room or raise its quota': '空きを増やすか、クォータを大きくしてください',
  'check the address, and firewalls between here and there': 'アドレスと、途中のファイアウォールを確認してください',
  'wait, or capture less at a time': 'しばらく待つか、一度に取得する量を減らしてください',
}

// A step stands behind its reason: alone it is as short as somebody's own words.
const behindReason: Phrases = Object.fromEntries(
  Object.entries(steps).flatMap(([step, told]) => [
    [`{reason:phrase}; ${step}`, `{reason}。${told}`],
    [`{reason:phrase} ({answer}); ${step}`, `{reason}（{answer}）。${told}`],
  ]),
)

/** Of delivery: what became of an upload, and files. */
const deliveries: Phrases = {
  '{reason:text}. Nothing is in the bucket': '{reason}。バケットには何も保存されていません',
  '{reason:text}. The first {packets} packets are kept as {uri}': '{reason}。最初のパケット{packets}個は{uri}に保存されています',
  '{reason:text}. The first {packets} packets stay in an unfinished upload of {uri}; {command}':
    '{reason}。最初のパケット{packets}個は{uri}の未完了のアップロードに残っています：{command}',
  'the path of the file is not a plain absolute one': 'ファイルのパスは絶対パスで指定してください',
  'this agent does not write to {folder}; add the folder to allow_folders in the agent’s configuration':
    'このエージェントは{folder}に書き込みません。エージェントの設定のallow_foldersに追加してください',
  '{folder} is a link or a file, not a folder': '{folder}はフォルダーではなく、リンクまたはファイルです',
  '{path} was led to {real} by a link': '{path}はリンクにより{real}を指しています',
  '{path} cannot be written: {reason:phrase}': '{path}に書き込めません：{reason}',
  'it is there already; remove it or choose another folder': 'すでに存在します。削除するか、別のフォルダーを指定してください',
  'its folder is not there; make it, or correct allow_folders in the agent’s configuration':
    'フォルダーがありません。作成するか、エージェントの設定のallow_foldersを修正してください',
  'the agent may not write there; change the owner of the folder':
    'エージェントに書き込み権限がありません。フォルダーの所有者を変更してください',
  'the file system is read-only; choose another folder': 'ファイルシステムが読み取り専用です。別のフォルダーを指定してください',
  'the disk is full; make room': 'ディスクが満杯です。空きを増やしてください',
  'the quota of the disk is used up; make room': 'ディスクのクォータを使い切りました。空きを増やしてください',
  'the file has become larger than the file system allows; set byte_limit':
    'ファイルがファイルシステムの上限を超えました。byte_limitを設定してください',
  'the disk has failed; see dmesg': 'ディスクが故障しました。dmesgを確認してください',
  'see the log of the agent': 'エージェントのログを確認してください',
}

/** Of engine and agent: why a host does not capture. */
const agents: Phrases = {
  'this agent does not understand the job ({reason}); update it': 'このエージェントはジョブを解釈できません（{reason}）。更新してください',
  'a capture with engine interface needs an interface': 'エンジンinterfaceのキャプチャにはインターフェースが必要です',
  'a capture with hook ingress needs an interface': 'フックingressのキャプチャにはインターフェースが必要です',
  'the filter is too large: {conditions} conditions and {levels} levels are the most':
    'フィルターが大きすぎます。条件は{conditions}個、入れ子は{levels}段までです',
  'tcpdump does not begin to listen': 'tcpdumpの待ち受けが始まりません',
  'tcpdump does not begin to listen ({said})': 'tcpdumpの待ち受けが始まりません（{said}）',
  'tcpdump ended; see: drawbridge agent doctor': `tcpdumpが終了しました。${doctor}`,
  'tcpdump ended ({said}); see: drawbridge agent doctor': `tcpdumpが終了しました（{said}）。${doctor}`,
  'tcpdump ended by {signal}; see: drawbridge agent doctor': `tcpdumpが{signal}で終了しました。${doctor}`,
  'tcpdump ended by {signal} ({said}); see: drawbridge agent doctor': `tcpdumpが{signal}で終了しました（{said}）。${doctor}`,
  '{program} is not installed; run: {command}': '{program}がインストールされていません。次を実行してください：{command}',
  'there is no network interface {name} on this host; see: ip -brief link':
    'このホストにネットワークインターフェース{name}がありません。ip -brief linkで確認してください',
  'the network interface {name} has gone; see: ip -brief link':
    'ネットワークインターフェース{name}がなくなりました。ip -brief linkで確認してください',
  'the agent lacks {capabilities:list}; see: drawbridge agent doctor': `エージェントに{capabilities}がありません。${doctor}`,
  'all NFLOG groups from {first} to {last} are in use; give the agent another range: nflog_groups in its configuration':
    'NFLOGグループ{first}〜{last}はすべて使用中です。エージェントの設定のnflog_groupsで別の範囲を指定してください',
  'the nftables rules of the capture are gone: somebody removed them': 'キャプチャのnftablesルールがなくなりました。誰かが削除しました',
  'the nftables rules of the capture are gone: somebody removed them ({said})':
    'キャプチャのnftablesルールがなくなりました。誰かが削除しました（{said}）',
  'the server has taken no packets for {minutes} minutes': 'サーバーが{minutes}分間パケットを受け取っていません',
  'the agent stopped before the server had taken all packets': 'サーバーがすべてのパケットを受け取る前に、エージェントが停止しました',
  'its packets could not be merged and are kept; it is tried again each minute ({reason})':
    'パケットを結合できなかったため保持しています。1分ごとに再試行します（{reason}）',
  'and {count} more agents': 'ほかエージェント{count}台',
  'none; on the host of {agents:list} run systemctl start drawbridge-agent':
    'なし。{agents}のホストでsystemctl start drawbridge-agentを実行してください',
}

/** Of firewall/agent. */
const firewall: Phrases = {
  'nftables refuses the table of firewall rules': 'nftablesがファイアウォールルールのテーブルを拒否しました',
  'nftables refuses the firewall rules': 'nftablesがファイアウォールルールを拒否しました',
  'nftables refuses the rule': 'nftablesがルールを拒否しました',
  'nftables refuses the rules of the capture': 'nftablesがキャプチャのルールを拒否しました',
  'nftables does not remove old counters': 'nftablesが古いカウンターを削除しません',
  'the counters of the firewall rules are gone: somebody removed them':
    'ファイアウォールルールのカウンターがなくなりました。誰かが削除しました',
}

const withComplaint: Phrases = Object.fromEntries(
  Object.entries(firewall).flatMap(([fault, told]) => [
    [`${fault}; see: drawbridge agent doctor`, `${told}。${doctor}`],
    [`${fault} ({complaint}); see: drawbridge agent doctor`, `${told}（{complaint}）。${doctor}`],
  ]),
)

/** Of firewall/rules/filter-guard, and of the estimate by flows. */
const previews: Phrases = {
  '{traffic:phrase} is spared': '{traffic}は対象外です',
  'Protected networks are spared, as source and as destination: {prefixes:list} and others':
    '保護対象のネットワークは、送信元・宛先のどちらでも対象外です：{prefixes}ほか',
  '{condition} (of flows that do not tell it)': '{condition}（この値を含まないフロー）',
}

/** Of notify: why an alert was not delivered. */
const deliveryErrors: Phrases = {
  'the bot answered code {code}': 'ボットがコード{code}を返しました',
  'the bot did not answer JSON': 'ボットの応答がJSONではありません',
  'no mail server is configured; set alerts.smtp.host': 'メールサーバーが設定されていません。alerts.smtp.hostを設定してください',
  'no syslog server is configured; set alerts.syslog': 'Syslogサーバーが設定されていません。alerts.syslogを設定してください',
  'SMTP: the connection failed': 'SMTP：接続に失敗しました',
  'the webhook was deleted': 'Webhookが削除されました',
  'the PagerDuty service was deleted': 'PagerDutyサービスが削除されました',
  '{count} deliveries wait already': '送信待ちがすでに{count}件あります',
  'the START was not delivered': '発生の通知が送信されませんでした',
}

export const captureErrorPhrases: readonly Phrases[] = [reasons, behindReason, deliveries, agents, withComplaint, previews, deliveryErrors]
