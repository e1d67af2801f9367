// Texts of the page about all routers, and of the strip on the overview, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const routersMessages: PageMessages['routers'] = {
  intro: 'フローを送信できるすべてのルーターです。送信の有無、損失の量、フローとカウンターの一致を確認できます。',
  search: '名前またはアドレス',
  state: '状態',
  anyState: 'すべての状態',
  states: {
    silent: '受信なし',
    losing: 'データグラム損失',
    doubtful: '要確認',
    never: '未受信',
    well: '正常',
  },
  stateCount: (state, count) => `${state}（${count}）`,
  count: (found, total) => (found === total ? `ルーター${total}台` : `ルーター${total}台中${found}台`),
  nothing: '一致するルーターはありません。',
  clear: 'すべて表示',
  none: 'ルーターがまだありません',
  noneDetail:
    '登録されたルーターのフローだけが保存されます。ルーターを設定してください。貼り付けるコマンドが用意され、各手順が確認されます。',
  columns: {
    state: '状態',
    name: 'ルーター',
    address: 'アドレス',
    seen: '最終受信',
    protocol: 'プロトコル',
    flows: 'フロー/秒',
    traffic: 'トラフィック',
    loss: '損失（5分）',
    ratio: 'フロー÷カウンター',
    sampling: 'サンプリング',
  },
  course: '直近1時間',
  sortBy: (column) => `${column}で並べ替え`,
  sortLabel: '並び順',
  turn: '並び順を逆にする',

  why: {
    silent: (duration) => `${duration}前から受信していません。このルーターのトラフィックは表示されません。`,
    never: 'Drawbridgeの起動後、何も受信していません。',
    losing: (share) => `エクスポートのデータグラムの${share}が途中で失われました。トラフィックは実際より少なく表示されます。`,
    doubtful: (count, cause) => `${count}個のインターフェースで、フローとカウンターが一致しません：${cause}。`,
    agrees: 'フローはインターフェースのカウンターと一致しています。',
    uncompared: 'ルーターがインターフェースのカウンターを送信していないか、まだ比較されていません。比較は5分ごとに行われます。',
    idle: 'トラフィックが少なく、比較できません。',
  },
  uncompared: '未比較',

  strip: {
    title: 'ルーター',
    all: (count) => (count === 1 ? 'ルーターの詳細' : `全${count}台のルーター`),
    healthy: (count) => `ほか${count}台は正常`,
    worse: (count) => `ほか${count}台が要確認`,
    course: (router, range) => `${router}のトラフィック（${range}）`,
    loss: '損失',
    ratio: 'フロー÷カウンター',
    ratioShort: '比率',
  },
}
