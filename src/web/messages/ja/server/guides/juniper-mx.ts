// What the guide of Juniper MX says, in Japanese; the sentences are written in setup/config/guides/juniper-mx.ts.
import type { Phrases } from '../../../phrases.ts'

export const juniperMxPhrases: Phrases = {
  Templates: 'テンプレート',
  'What is told of each IPv4 flow.': 'IPv4フローごとに送信する内容。',
  'What is told of each IPv6 flow.': 'IPv6フローごとに送信する内容。',
  'Once for each line card: the first number of its interfaces, as 0 of xe-0/1/2. An MX80 or MX104 has `tfeb slot 0` in place of `fpc 0`.':
    'ラインカードごとに1回。番号はインターフェース名の最初の数字（xe-0/1/2なら0）です。MX80とMX104では、`fpc 0`の代わりに`tfeb slot 0`を使います。',
  'For each line card.': 'ラインカードごとに入力します。',
  'The templates.': 'テンプレート。',
  'Whether it runs, for the line card of the interfaces.': 'インターフェースのあるラインカードの動作状態。',
  'No route to the collector, no memory, no template.': 'コレクターへの経路なし、メモリー不足、テンプレートなしなどのエラー。',
  'The collector must be reached through a data port: inline flow monitoring does not send by fxp0.':
    'コレクターにはデータポート経由で到達できる必要があります。インラインフロー監視はfxp0から送信しません。',
  'Older releases keep no flow table for IPv6. `set chassis fpc 0 inline-services flow-table-size ipv6-flow-table-size 1` makes one; changing table sizes can restart the line card, so do it in a maintenance window.':
    '古いリリースにはIPv6のフローテーブルがありません。`set chassis fpc 0 inline-services flow-table-size ipv6-flow-table-size 1`で作成できます。テーブルサイズを変更するとラインカードが再起動することがあるため、メンテナンス時間帯に行ってください。',
  'Each line card exports for itself, with an observation domain or source id of its own: that is no second router.':
    'ラインカードはそれぞれ独自のobservation domain（source id）でエクスポートしますが、別のルーターではありません。',
  'PTX, ACX and QFX10000 have the same statements, but on newer releases keep no flows: each sampled packet is a record.':
    'PTX、ACX、QFX10000でも同じ文を使いますが、新しいリリースではフローを保持せず、サンプリングしたパケットごとに1レコードになります。',
  'The line card has no sampling instance, or the collector is behind fxp0 or another routing instance.':
    'ラインカードにサンプリングインスタンスがないか、コレクターがfxp0または別のルーティングインスタンスの先にあります。',
  'The line `option-refresh-rate seconds 60` is missing: the rate stands in the options.':
    '`option-refresh-rate seconds 60`の行がありません。レートはオプションデータに含まれます。',
  '`sampling output` is set as well, or a firewall filter samples with `then sample` besides.':
    '`sampling output`も設定されているか、ほかにファイアウォールフィルターが`then sample`でサンプリングしています。',
  'Juniper MX, inline flow monitoring': 'Juniper MX、インラインフロー監視',
}
