// Texts of the overview that come after its first paint, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const overviewMessages: PageMessages['overview'] = {
  verdict: {
    label: '現在の状況',
    beyond: (target, rule) => `${target}が「${rule}」のしきい値を超過`,
    since: (what, duration) => `${what}（${duration}前から）`,
    strength: (now, peak, limit) => `現在${now}、最大${peak}、しきい値${limit}。`,
    from: (sources) => `主な送信元：${sources}。`,
    share: (source, share) => `${source}（${share}）`,
    done: (announcements) => `これにより広告中：${announcements}。`,
    recorded: (announcements) => `記録のみで広告なし：${announcements}。`,
    waits: (announcements) => `承認待ち：${announcements}。`,
    notAnnounced: (announcements) => `まだ広告できていません：${announcements}。`,
    nothing: 'これに対する広告はありません。',
    show: 'インシデントを表示',
    flows: '該当するフロー',
    more: (count) => `ほか${count}件`,
    fewer: '最も重大なもののみ',
    remarks: (count) => `補足${count}件`,
    router: 'ルーターを表示',
    routers: '該当するルーター',
    doubtful: (names, count) => ({
      title:
        count === 1 ? `${names}のフローがカウンターと一致しません` : `${count}台のルーターのフローがカウンターと一致しません：${names}`,
      fix: 'トラフィックが実際より多く、または少なく表示されます。理由はルーターのページでインターフェースごとに確認できます。',
    }),
    allRouters: 'すべてのルーター',
    allIncidents: '継続中のすべてのインシデント',
    incidentsUnread: 'インシデントを取得できませんでした。攻撃が続いているかどうかは不明です。',
  },

  limits: {
    title: '最も近いしきい値',
    shown: 'しきい値',
    own: (rule) => `「${rule}」のトラフィックを表示`,
    ownHide: (rule) => `「${rule}」のトラフィックを非表示`,
    line: (rule, limit) => `${rule}：${limit}`,
    part: 'ルールは対象プレフィックス宛てのトラフィックだけを数えます。ルールを押すと、その量を重ねて表示します。',
    same: '表示しているのは、このルールが数えるトラフィックです。',
    wider: 'ルールは対象プレフィックス宛てのすべてを数えます。表示はその一部です。',
    far: (count) => `ほか${count}件のしきい値は、はるかに上です。`,
    filtered: 'しきい値は表示していません。ルールはフィルターに関係なく、対象プレフィックス宛てのすべてを数えます。',
    ownTraffic: (rule) => `「${rule}」の計測値`,
    unread: 'このルールのトラフィックを取得できませんでした。',
  },

  previous: {
    name: '前の期間',
    compare: '前の期間と比較',
    same: (range) => `${range}とほぼ同じです。`,
    more: (share, range) => `${range}より${share}多くなっています。`,
    less: (share, range) => `${range}より${share}少なくなっています。`,
    times: (times, range) => `${range}の${times}倍です。`,
    range: (duration) => `その前の${duration}`,
    unknown: '前の期間のデータはありません。',
  },

  marks: {
    incident: (what) => `${what}: しきい値を超過`,
    over: '収束',
    fired: '攻撃',
    announced: (prefix) => `${prefix}を広告`,
    announcedShort: '広告',
    withdrawn: (prefix) => `${prefix}を取り下げ`,
    withdrawnShort: '取り下げ',
  },

  more: 'その他のディメンション',
  fewerDimensions: 'ディメンションを減らす',
  ruleOf: {
    title: 'この条件でルールを作成',
    filledIn: '表示していた内容から入力しました',
    limit: 'しきい値は、そこでの通常の量の2倍です。いつ発動していたかは、下のバックテストで確認できます。',
    noPrefix: '際立った宛先がありません。ルールの対象プレフィックスを追加してください。',
    left: (names) => `ルールは対象プレフィックス宛てのすべてのトラフィックを数えます。次の項目のフィルターは含まれません：${names}。`,
    beside: (filter) => `ルールは対象プレフィックス宛てのすべてのトラフィックを数えます。フィルターのその他の条件は含まれません：${filter}`,
  },
}
