// Everything that the server says, in Japanese.
import type { PhraseBook } from '../../phrases.ts'
import { advicePhrases } from './advice.ts'
import { captureErrorPhrases } from './capture-errors.ts'
import { checkPhrases } from './check.ts'
import { driverPhrases } from './drivers.ts'
import { edgePhrases } from './edges.ts'
import { errorPhrases } from './errors.ts'
import { eventPhrases } from './events.ts'
import { findingPhrases } from './findings.ts'
import { guidePhrases } from './guides.ts'
import { namePhrases } from './names.ts'
import { queryPhrases } from './queries.ts'
import { renderingPhrases } from './renderings.ts'
import { requestPhrases } from './requests.ts'
import { signaturePhrases } from './signatures.ts'

export const phraseBook: PhraseBook = {
  phrases: [
    errorPhrases,
    advicePhrases,
    ...checkPhrases,
    ...namePhrases,
    ...requestPhrases,
    ...eventPhrases,
    ...edgePhrases,
    ...queryPhrases,
    ...findingPhrases,
    ...signaturePhrases,
    ...renderingPhrases,
    ...driverPhrases,
    ...captureErrorPhrases,
  ],
  guides: Object.values(guidePhrases),
  counted: {
    flow: 'フロー{count}件',
    flows: 'フロー{count}件',
    datagram: 'データグラム{count}個',
    datagrams: 'データグラム{count}個',
    record: 'レコード{count}件',
    records: 'レコード{count}件',
    field: 'フィールド{count}個',
    fields: 'フィールド{count}個',
    set: 'セット{count}個',
    sets: 'セット{count}個',
    'data template': 'データテンプレート{count}個',
    'data templates': 'データテンプレート{count}個',
    'damaged part': '{count}か所の破損',
    'damaged parts': '{count}か所の破損',
    'boot time': '{count}種類の起動時刻',
    'boot times': '{count}種類の起動時刻',
    packet: 'パケット{count}個',
    packets: 'パケット{count}個',
    more: 'ほか{count}件',
  },
  units: {
    m: '分',
    s: '秒',
    min: '分',
    h: '時間',
    d: '日',
    day: '日',
    days: '日',
    hour: '時間',
    hours: '時間',
    minute: '分',
    minutes: '分',
    second: '秒',
    seconds: '秒',
  },
  list: (items) => items.join('、'),
}
