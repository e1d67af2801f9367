// What is wrong with a request, in Japanese: the reasons behind the refusals of errors.ts; written in src/app.
import type { Phrases } from '../../phrases.ts'

/** Of one field, whose name stands before them where it has one. */
const faults: Phrases = {
  'must be text': '文字列で指定してください',
  'must be a list': 'リストで指定してください',
  'must be an object': 'オブジェクトで指定してください',
  'must be a JSON object': 'JSONオブジェクトで指定してください',
  'must be a JSON list': 'JSONのリストで指定してください',
  'must not be empty': '入力してください',
  'must not be empty: why is it done?': '理由を入力してください',
  'must be text: why is it done?': '理由を入力してください',
  'is too long': '長すぎます',
  'not valid': '正しくありません',
  'must be given once': '1回だけ指定してください',
  'must be there once': '1回だけ指定してください',
  'must be true or false': 'trueかfalseで指定してください',
  'must be true, false or null': 'true、false、nullのいずれかで指定してください',
  'must be a UUID': 'UUIDで指定してください',
  'must be an id': 'IDで指定してください',
  'must be one id': 'IDを1つ指定してください',
  'must be 32 hex digits': '16進数32桁で指定してください',
  'must be one prefix': 'プレフィックスを1つ指定してください',
  'must be a whole number': '整数で指定してください',
  'must be a whole number from {least} to {most}': '{least}〜{most}の整数で指定してください',
  'must be a whole number from {least}': '{least}以上の整数で指定してください',
  'must be a number from {least} to {most}': '{least}〜{most}の数値で指定してください',
  'must be a number of at least {least}': '{least}以上の数値で指定してください',
  'must be at least {least}': '{least}以上で指定してください',
  'must be at most {most}': '{most}以下で指定してください',
  'must be a number of minutes above 0, up to {most}': '0より大きく{most}以下の分数で指定してください',
  'must be a number of seconds above 0, up to {most}': '0より大きく{most}以下の秒数で指定してください',
  'must be a whole number of minutes from {least} to {most}': '{least}〜{most}分の整数で指定してください',
  'must be a whole number of seconds from {least} to {most}, or null': '{least}〜{most}秒の整数、またはnullで指定してください',
  'must be a whole number of seconds from {least} to {most}, or null for never':
    '{least}〜{most}秒の整数、または無期限を表すnullで指定してください',
  'must be one of {values:list}': '{values}のいずれかで指定してください',
  'must be equal to one of {values:list}': '{values}のいずれかで指定してください',
  'must not be longer than {most} characters': '{most}文字以内で指定してください',
  'must not hold control characters': '制御文字は使えません',
  'must not have control characters': '制御文字は使えません',
  'must be text of 1 to 100 characters without control characters': '制御文字を含まない1〜100文字で指定してください',
  'must be 1 to 256 characters, none of them a control character': '制御文字を含まない1〜256文字で指定してください',
  'must be 1 to 256 characters of A–Z a–z 0–9 _ . ~ - without spaces': 'A–Z a–z 0–9 _ . ~ - の1〜256文字（空白なし）で指定してください',
  'must be a list of prefixes': 'プレフィックスのリストで指定してください',
  'must have at least one prefix': 'プレフィックスを1つ以上指定してください',
  'must have at least one entry': '1件以上指定してください',
  'must not have more than {most} entries': '{most}件以内で指定してください',
  'must not have more than {most} prefixes': 'プレフィックスは{most}個以内で指定してください',
  'must be text like {example}': '{example}のように指定してください',
  'must be viewer, operator, administrator': 'viewer、operator、administratorのいずれかで指定してください',
  'must be a time like {example}': '{example}のような時刻で指定してください',
  'must be an address like {example}': '{example}のようなアドレスで指定してください',
  'must be a prefix like {example}': '{example}のようなプレフィックスで指定してください',
  'must be an IPv4 or IPv6 address': 'IPv4またはIPv6アドレスで指定してください',
  'must be an IPv4 or IPv6 address, with /32 or /128 at the most': 'IPv4またはIPv6アドレス（/32または/128まで）で指定してください',
  'must be the address of a router': 'ルーターのアドレスで指定してください',
  'must be the address of this machine, as the router reaches it': 'ルーターから届くこのマシンのアドレスで指定してください',
  'must be text in the filter language': 'フィルターの書式で指定してください',
  'must be the name of an interface, like eth0': 'eth0のようなインターフェース名で指定してください',
  'must be the name of an interface, or null': 'インターフェース名またはnullで指定してください',
  'must be a colo like ord02, a group like ORD, several with commas, or *':
    'ord02のようなコロ、ORDのようなグループ、コンマ区切りの複数指定、または*で指定してください',
  'must begin with https:// or http://': 'https://またはhttp://で始まる必要があります',
  'must be given for simple captures': 'シンプルキャプチャでは必須です',
  'must name a bucket for full captures': 'フルキャプチャではバケットを指定してください',
  'cannot stand beside from and to': 'fromおよびtoと併用できません',
  'needs from': 'fromが必要です',
  'is in the future': '未来の時刻です',
  'must be later than from': 'fromより後にしてください',
  'is not a mail address': 'メールアドレスではありません',
}

/** Of the whole request. */
const reasons: Phrases = {
  'there is no field {names}': '{names}というフィールドはありません',
  'an account has {most} members at the most; remove one': '1つのアカウントのメンバーは{most}人までです。1人削除してください',
  'an account has {most} routers at the most': '1つのアカウントのルーターは{most}台までです',
  'an account has {most} agents at the most': '1つのアカウントのエージェントは{most}台までです',
  'an account has {most} webhooks at the most; delete one': '1つのアカウントのWebhookは{most}件までです。1件削除してください',
  'an account has {most} alert policies at the most; delete one':
    '1つのアカウントのアラートポリシーは{most}件までです。1件削除してください',
  'an account has {most} buckets at the most; delete one': '1つのアカウントのバケットは{most}件までです。1件削除してください',
  'an account has {most} silences at the most': '1つのアカウントのミュートは{most}件までです',
  'an account has {most} PagerDuty services at the most': '1つのアカウントのPagerDutyサービスは{most}件までです',
  'an account has {most} tokens at the most; revoke one': '1つのアカウントのトークンは{most}件までです。1件失効させてください',
  'you have {most} tokens, which is the most; revoke one': 'トークンは{most}件までです。1件失効させてください',
  'a server has {most} accounts at the most': '1つのサーバーのアカウントは{most}件までです',
  'an incident has {most} notes at the most': '1件のインシデントのメモは{most}件までです',
  '{most} are kept for one person at the most; remove one first': '1人につき{most}件まで保存できます。先に1件削除してください',
  'at least one destination is needed': '送信先が1つ以上必要です',
  '{address} is not a mail address': '{address}はメールアドレスではありません',
  'name where to send: email, pagerduty, webhooks or syslog': '送信先（email、pagerduty、webhooks、syslog）を指定してください',
  'no mail is sent until alerts.smtp.host is set in the configuration':
    '設定ファイルでalerts.smtp.hostを設定するまで、メールは送信されません',
  'nothing goes to syslog until alerts.syslog is set in the configuration':
    '設定ファイルでalerts.syslogを設定するまで、Syslogには送信されません',
  'secret must be given again when url names another server': 'アドレスのサーバーを変更する場合は、シークレットを再入力してください',
  'url is not an address like {example}': '{example}のようなアドレスを入力してください',
  'url must begin with https:// or http://': 'https://またはhttp://で始まるアドレスを入力してください',
  'url must not hold a user name or password; use secret': 'アドレスにユーザー名やパスワードを含めず、シークレットを使ってください',
  'url port {port} is not among {ports:list}; to allow it, set alerts.ports':
    'ポート{port}は許可されていません（許可：{ports}）。許可するにはalerts.portsを設定してください',
  'url {host} is not a public address; to allow it, set alerts.allow_private_targets':
    '{host}はパブリックアドレスではありません。許可するにはalerts.allow_private_targetsを設定してください',
  '{host} is not a public address; to allow it, set alerts.allow_private_targets':
    '{host}はパブリックアドレスではありません。許可するにはalerts.allow_private_targetsを設定してください',
  '{host} has no address': '{host}のアドレスが見つかりません',
  'no answer within {seconds} s': '{seconds}秒以内に応答がありません',
  'HTTP {status}: redirects are not followed': 'HTTP {status}：リダイレクトには従いません',
  'the connection failed': '接続に失敗しました',
  'rule name must be unique': '同じ名前のルールがすでにあります',
  'rule {name} is in the list twice': 'ルール{name}がリストに重複しています',
  '{item} is in the list twice': '{item}がリストに重複しています',
  'rule can not be added without initial account configuration': 'ルールを追加する前に、アカウントの初期設定が必要です',
  'there is no rule with the id {id}': 'ID {id}のルールはありません',
  'there can be {most} rules and this would make {count}; delete some or raise rules.max in the configuration':
    'ルールは{most}件までで、これにより{count}件になります。一部を削除するか、設定ファイルのrules.maxを大きくしてください',
  'all rules together can have {most} prefixes and this would make {count}; remove some or raise rules.max_prefixes in the configuration':
    '全ルールのプレフィックスは合計{most}個までで、これにより{count}個になります。一部を削除するか、設定ファイルのrules.max_prefixesを大きくしてください',
  '{text} is not a prefix like 203.0.113.0/24, 2001:db8::/32 or a single address':
    '{text}は、203.0.113.0/24や2001:db8::/32のようなプレフィックスでも単一アドレスでもありません',
  '{text} is a default route; name the prefixes that are to be watched':
    '{text}はデフォルトルートです。監視するプレフィックスを指定してください',
  'rule {name} can never fire: it has neither bandwidth_threshold nor packet_threshold':
    'ルール{name}はbandwidth_thresholdもpacket_thresholdもないため、検知することがありません',
  'address {text} is not an IPv4 or IPv6 address': '{text}はIPv4またはIPv6アドレスではありません',
  'name {name} is taken by another agent': '{name}は別のエージェントが使っています',
  'the rule has no threshold, so it can never fire': 'ルールにしきい値がないため、検知することがありません',
  '{cidr} is registered already': '{cidr}は登録済みです',
  '{cidr} has addresses in common with a prefix of another account': '{cidr}は別のアカウントのプレフィックスと重なっています',
  'lock_reason must say why it is locked': 'ロックの理由を入力してください',
  'origin_as {as} is reserved; name the AS that originates the prefix':
    'AS{as}は予約済みです。プレフィックスのオリジンASを指定してください',
  'it is in {space}, {name:text}: announce it inside your own network only':
    '{space}（{name}）に含まれます。自組織のネットワーク内でのみ広告してください',
  '{as} is private or for documentation: other networks do not accept it':
    '{as}はプライベートまたは文書用のため、ほかのネットワークは受け付けません',
  'most networks do not accept prefixes longer than {length}': '多くのネットワークは{length}より長いプレフィックスを受け付けません',
  'none of its drivers can blackhole': 'ブラックホールに対応したドライバーがありません',
  'none of its drivers can do FlowSpec': 'FlowSpecに対応したドライバーがありません',
  '{shorter} would be {days}, more than {longer} with {most}; change {other} first, or both together':
    '{shorter}が{days}になり、{longer}の{most}を超えます。先に{other}を変更するか、両方を同時に変更してください',
}

/** People, passwords, sessions. */
const people: Phrases = {
  '{email} is a member already; change the role instead': '{email}はすでにメンバーです。ロールを変更してください',
  '{email} is the only administrator of this account; make somebody else an administrator first':
    '{email}はこのアカウントの唯一の管理者です。先に別の人を管理者にしてください',
  '{email} belongs to another account too, which this credential does not administer, and changes the name in person':
    '{email}は、この認証情報では管理できない別のアカウントにも属しているため、名前は本人だけが変更できます',
  '{email} belongs to another account too, which this credential does not administer, and signs in there; where that is lost, whoever runs the server makes a link: {command}':
    '{email}は、この認証情報では管理できない別のアカウントにも属しており、そちらでサインインします。サインインできない場合は、サーバーの管理者がリンクを作成します：{command}',
  'this needs a browser that is signed in by link or password; a token does not do':
    'リンクまたはパスワードでサインインしたブラウザーが必要です。トークンではできません',
  'it has {length} characters; {least} are the least': '{length}文字です。{least}文字以上にしてください',
  'it has {length} characters; {most} are the most': '{length}文字です。{most}文字以内にしてください',
  'it is the e-mail address, which others know': '他人に知られているメールアドレスと同じです',
  'the present password is needed; where it is forgotten, sign in by a new link first':
    '現在のパスワードが必要です。忘れた場合は、先に新しいリンクでサインインしてください',
  'the present password is another one': '現在のパスワードが違います',
  'it has just been changed by somebody else; sign in anew': 'たった今、別の人が変更しました。サインインし直してください',
}

/** Flow queries. */
const questions: Phrases = {
  'narrow the range, add a filter, or group by fewer dimensions':
    '期間を短くするか、フィルターを追加するか、ディメンションを減らしてください',
  'it took longer than {seconds} s; {next:text}': '{seconds}秒を超えました。{next}',
  'it needs more memory than one question may have; {next:text}': '1つのクエリに使えるメモリーを超えました。{next}',
  'its answer has too many rows; {next:text}': '結果の行数が多すぎます。{next}',
  'narrow the range, or set a limit': '期間を短くするか、上限を指定してください',
  'flows are kept for {days} days; begin later': 'フローの保存期間は{days}日です。開始をもっと後にしてください',
  'a range can be {days} days wide; narrow it': '期間は{days}日までです。短くしてください',
  'the values of the filter are too long together': 'フィルターの値が全体として長すぎます',
  'the range ends before it begins': '期間の終了が開始より前です',
  'a question with the id {id} is running': 'ID {id}のクエリは実行中です',
}

const withField = (phrases: Phrases): Phrases =>
  Object.fromEntries(
    Object.entries(phrases).flatMap(([sentence, translation]) => [
      [sentence, translation],
      [`{field} ${sentence}`, `{field}：${translation}`],
    ]),
  )

export const requestPhrases: readonly Phrases[] = [withField(faults), reasons, people, questions]
