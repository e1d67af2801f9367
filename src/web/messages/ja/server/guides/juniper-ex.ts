// What the guide of Juniper EX and QFX says, in Japanese; the sentences are written in setup/config/guides/juniper-ex.ts.
import type { Phrases } from '../../../phrases.ts'

export const juniperExPhrases: Phrases = {
  'The address that it sends from: the same, so that one has to be registered.':
    '送信元アドレス。登録が1つで済むように、同じアドレスにします。',
  '1 packet in {sampling} of what comes in. With egress as well, each packet would count twice.':
    '受信パケットの{sampling}パケットに1個。egressも設定すると、各パケットが2重に数えられます。',
  'All of sFlow. With other collectors, delete only `protocols sflow collector {collector}`.':
    'sFlowの設定すべて。ほかにもコレクターがある場合は、`protocols sflow collector {collector}`だけを削除してください。',
  'Whether it runs, with its rates.': '動作状態とレート。',
  'Samples sent must grow.': '送信したサンプルの数が増えていれば正常です。',
  'Some models name the interface with its unit (et-0/0/13.0), others without: use the form that commits.':
    'インターフェース名にユニットが付く機種（et-0/0/13.0）と付かない機種があります。commitできるほうを使ってください。',
  'Without agent-id and source-ip the switch chooses addresses, and others after a restart: set both.':
    'agent-idとsource-ipがないと、スイッチがアドレスを選び、再起動後に変わることもあります。両方を設定してください。',
  'With much traffic the switch samples less often by itself (adaptive sampling) and tells the rate that it uses; Drawbridge follows.':
    'トラフィックが多いと、スイッチは自動的にサンプリングを減らし（adaptive sampling）、実際のレートを通知します。Drawbridgeはそのレートに従います。',
  'Some models send sFlow by data ports only: the collector must not be behind the management port.':
    'sFlowをデータポートからしか送信できない機種があります。コレクターを管理ポートの先に置かないでください。',
  'agent-id and source-ip differ, or neither is set.': 'agent-idとsource-ipが異なるか、どちらも設定されていません。',
  'Without `sample-rate ingress` no packet is sampled, and only counters are sent.':
    '`sample-rate ingress`がないとパケットはサンプリングされず、カウンターだけが送信されます。',
  '`sample-rate egress` is set as well, or both ends of one link are watched.':
    '`sample-rate egress`も設定されているか、同じリンクの両端を監視しています。',
  'Juniper EX and QFX': 'Juniper EX・QFXシリーズ',
  'Juniper EX and QFX, sFlow': 'Juniper EX・QFXシリーズ、sFlow',
}
