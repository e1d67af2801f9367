// What the guide of pmacctd says, in Japanese; the sentences are written in setup/config/guides/linux-pmacctd.ts.
import type { Phrases } from '../../../phrases.ts'

export const linuxPmacctdPhrases: Phrases = {
  'pmacctd is in it.': 'pmacctdが含まれています。',
  'The interfaces it looks at': '監視するインターフェース',
  'The number becomes the input interface of its flows. What comes in is enough: answers come in elsewhere.':
    'この番号がフローの入力インターフェースになります。受信方向だけで足ります。応答はほかのインターフェースで受信されます。',
  'What pmacctd exports': 'pmacctdのエクスポート設定',
  'The interfaces, in the file above.': 'インターフェースの一覧。上のファイルです。',
  'The file belongs to this set-up only.': 'このファイルはこの設定でだけ使っています。',
  'A card that joins packets before pmacctd sees them (GRO, LRO) shows fewer and larger ones; bytes are right. ethtool -K {interface} gro off lro off ends it.':
    'NICがpmacctdの手前でパケットを結合すると（GRO、LRO）、パケットは実際より少なく、大きく見えます。バイト数は正確です。「ethtool -K {interface} gro off lro off」で無効にできます。',
  'Where a rule or a mirror port samples before pmacctd, it cannot know. Tell it by pmacctd_ext_sampling_rate, or set the rate of the router here.':
    'pmacctdより手前のルールやミラーポートでサンプリングしている場合、pmacctdはそのレートを知りません。pmacctd_ext_sampling_rateで指定するか、Drawbridgeでこのルーターのレートを設定してください。',
  'Linux machine, pmacctd': 'Linuxマシン、pmacctd',
  'pmacctd on Debian or Ubuntu': 'DebianまたはUbuntuのpmacctd',
}
