// What the guide of uacctd says, in Japanese; the sentences are written in setup/config/guides/linux-uacctd.ts.
import type { Phrases } from '../../../phrases.ts'

export const linuxUacctdPhrases: Phrases = {
  'uacctd is in the package pmacct.': 'uacctdはpmacctパッケージに含まれています。',
  'Room for an addition to its unit.': 'ユニットへの追加設定を置くフォルダー。',
  'The rule that hands packets to uacctd': 'パケットをuacctdに渡すルール',
  'A table of its own: nothing else is touched. These two lines empty it when the file is read again.':
    '専用のテーブルなので、ほかには影響しません。この2行は、ファイルを読み直すときにテーブルを空にします。',
  'It has one chain, before anything else that the kernel does with a packet.':
    'チェーンは1つだけで、カーネルがパケットに行うほかの処理より先に働きます。',
  'It only looks: every packet goes on.': '見るだけで、すべてのパケットを通します。',
  'Copies the first 128 bytes of what comes in there. One direction is enough: the answers come in elsewhere.':
    'そこで受信したパケットの先頭128バイトをコピーします。一方向だけで足ります。応答はほかのインターフェースで受信されます。',
  'Copies what comes in there. One direction is enough: the answers come in elsewhere.':
    'そこで受信したパケットをコピーします。一方向だけで足ります。応答はほかのインターフェースで受信されます。',
  'What uacctd exports': 'uacctdのエクスポート設定',
  'The group of the nftables rule.': 'nftablesのルールのグループ番号。',
  'The rule comes back with uacctd after a reboot': 'マシンの再起動後、uacctdとともにルールを復元する',
  "Adds to Debian's unit.": 'Debianのユニットに設定を追加します。',
  'Loads the rule before uacctd starts.': 'uacctdの起動前にルールを読み込みます。',
  'Reads the unit again.': 'ユニットを読み直します。',
  'Takes the rule away.': 'ルールを削除します。',
  'If this machine runs Drawbridge too, leave its management interface out of the rule.':
    'このマシンでDrawbridgeも実行している場合は、管理用インターフェースをルールから外してください。',
  'The rule must be there. A firewall that flushes all tables takes it away: start uacctd again.':
    'ルールが存在している必要があります。ファイアウォールが全テーブルをフラッシュすると消えます。その場合はuacctdを起動し直してください。',
  'Linux router, uacctd': 'Linuxルーター、uacctd',
  'uacctd on Debian or Ubuntu': 'DebianまたはUbuntuのuacctd',
}
