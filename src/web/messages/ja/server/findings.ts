// What replays of rules and signatures find, in Japanese; written in src/app/rule and src/signature.
import type { Phrases } from '../../phrases.ts'

const replays: Phrases = {
  'An advanced_ddos rule is replayed flow by flow, over {hours} hours at the most: those before `to`.':
    '攻撃パターンのルールはフロー単位で再生するため、終了時刻より前の最大{hours}時間が対象です。',
  'The rule has no threshold, so it can never fire.': 'ルールにしきい値がないため、検知することがありません。',
  'There are too many flows to look at each; the replay begins at {time}.': 'フローが多すぎるため、{time}から再生しました。',
  'The replay would have taken too long and ended at {time}; ask for a shorter time.':
    '時間がかかりすぎるため、{time}までで打ち切りました。期間を短くしてください。',
  'History is too short to learn what is normal: {share:text} of it is there.':
    '通常の状態を学習するには履歴が足りません（必要量の{share}）。',
  'It would have fired {count} times; the first {most} are listed.': '{count}回検知したはずです。最初の{most}回を表示しています。',
  'The busiest destination of {count} firings is not told: their flows are gone or too many.':
    '{count}回分の最多の宛先は、フローが残っていないか多すぎるため表示できません。',
  'Flows are stored since {time} only; the replay begins there.': 'フローは{time}以降しか格納されていないため、そこから再生しました。',
  'The rule was counted since {time} only; the replay begins there.': 'ルールの集計は{time}以降しかないため、そこから再生しました。',
  'Replayed by the minute, each taken as even: what is shorter than a minute is not seen, and starts and ends are known to the minute.':
    '1分ごとに均一とみなして再生しました。1分より短い変化は見えず、開始と終了も分単位です。',
  'The minutes were counted by the prefixes that the rule had then.': '各分の値は、当時のルールのプレフィックスで集計したものです。',
  '{count} minutes were not counted, because the server was down; they are taken as no traffic.':
    'サーバーの停止中の{count}分は集計されていないため、トラフィックなしとみなしました。',
  'No traffic to these prefixes is known. 10 Gb/s and 10 Mp/s are where to begin; ask again after 14 days.':
    'これらのプレフィックス宛てのトラフィックの記録がありません。まず10 Gb/sと10 Mp/sから始め、14日後に再度確認してください。',
  'This rests on {days} days of history; 14 to 30 days are recommended, so that weekends and backups are in. Ask again later.':
    '{days}日分の履歴に基づいています。週末やバックアップを含む14〜30日分を推奨します。後で再度確認してください。',
  'This rests on less than a day of history; 14 to 30 days are recommended, so that weekends and backups are in. Ask again later.':
    '1日未満の履歴に基づいています。週末やバックアップを含む14〜30日分を推奨します。後で再度確認してください。',
  '{minutes} minutes of known incidents were left out.': '既知のインシデントの{minutes}分を除外しました。',
}

const signatures: Phrases = {
  '{side:text} has no IP packets.': '{side}にIPパケットがありません。',
  '{side:text} ends inside a packet; what stands before was used.': '{side}がパケットの途中で終わっています。それより前を使いました。',
  '{side:text} was sampled at different rates; shares are weighted, and intervals wider for it.':
    '{side}のサンプリングレートが一定ではありません。割合は重み付けし、信頼区間が広くなっています。',
  'Most packets of {side:text} are cut: bytes behind the cut could not be learnt. Capture whole packets to have them.':
    '{side}のパケットの多くが途中で切れており、その先のバイトを学習できませんでした。パケット全体をキャプチャしてください。',
  "Part {part} holds packets of one or two sources only: look whether they are somebody's ordinary transfer.":
    'ベクトル{part}は1〜2個の送信元のパケットだけに一致します。通常の転送ではないか確認してください。',
  'The attack capture looks like {beside:text}: no filter holds it and spares the rest.':
    '攻撃のキャプチャが{beside}と似ており、攻撃だけに一致するフィルターがありません。',
  'Cut the capture to the time and the target of the attack, allow more false packets, or allow source prefixes.':
    'キャプチャを攻撃の時間と対象に絞るか、誤検知の許容量を増やすか、送信元プレフィックスを許可してください。',
  'everyday traffic': '日常的なトラフィック',
  'the baseline': '正常トラフィック',
  'It holds {share:text} of the attack capture; {wanted:text} were asked for.': '攻撃のキャプチャの{share}に一致します（要求は{wanted}）。',
  'All {parts} parts are used; allow more of them to hold more.':
    'ベクトルを上限の{parts}個まで使いました。増やすと、より多くに一致させられます。',
  'There is no baseline: nothing is known about normal traffic that it holds. Count with it before it drops anything, or give a capture of normal traffic to the same targets.':
    '比較する正常トラフィックがないため、誤検知率が分かりません。破棄する前にカウントで確認するか、同じ宛先への正常トラフィックのキャプチャを指定してください。',
  'It holds {share:text} of the baseline, more than the {most:text} that may be held.':
    '正常トラフィックの{share}に一致し、許容量の{most}を超えています。',
  'The baseline is too small to prove it: with {packets} packets as much as {share:text} of normal traffic may be held, and {most:text} were asked for.':
    '正常トラフィックのパケットが少なすぎて証明できません。{packets}個では、正常トラフィックの最大{share}に一致する可能性があります（要求は{most}）。',
  'Zero can never be proved.': 'ゼロであることは証明できません。',
  'About {packets} packets are needed.': '約{packets}個のパケットが必要です。',
  'Conditions were also chosen by a built-in picture of everyday traffic.':
    '条件の選択には、内蔵の日常的なトラフィックの情報も使いました。',
  'nothing was found that holds the attack and spares the rest': '攻撃だけに一致する条件が見つかりませんでした',
  'it is rendered when it is done': '完了すると変換できます',
  'wait until it is done, or remove it': '完了を待つか、削除してください',
  'the server has ended while it was derived; ask for it again': '生成中にサーバーが終了しました。もう一度実行してください',
  'the server has a fault, which its log tells; try it again, or with other packets':
    'サーバーに障害があります。ログを確認し、もう一度、または別のパケットで実行してください',
  'deriving it takes more than the {mib} MiB of memory that it may have; use a shorter capture, or raise signatures.memory_mib in the configuration':
    '生成に使えるメモリー{mib} MiBを超えました。キャプチャを短くするか、設定ファイルのsignatures.memory_mibを大きくしてください',
  'before needs a time, which a file does not tell; name the time of normal traffic by samples, or upload a capture of it':
    'ファイルからは時刻が分かりません。正常なトラフィックの時間をサンプルで指定するか、キャプチャをアップロードしてください',
}

export const findingPhrases: readonly Phrases[] = [replays, signatures]
