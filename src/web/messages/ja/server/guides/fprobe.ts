// What the guide of fprobe says, in Japanese; the sentences are written in setup/config/guides/fprobe.ts.
import type { Phrases } from '../../../phrases.ts'

export const fprobePhrases: Phrases = {
  'It asks for an interface and a collector: any answer will do.': 'インターフェースとコレクターを尋ねられますが、任意の値で構いません。',
  "The package's own service has long timeouts: flows come late.":
    'パッケージ付属のサービスはタイムアウトが長く、フローが届くのが遅くなります。',
  'A service for each interface': 'インターフェースごとのサービス',
  'fprobe@eth0 is fprobe on eth0.': 'fprobe@eth0は、eth0で動作するfprobeです。',
  'The interface must be there.': 'インターフェースが存在している必要があります。',
  'fprobe goes to the background by itself.': 'fprobeは自らバックグラウンドに移行します。',
  'IP packets only (-f), NetFlow v5 (-n), told of every {active} s (-e) and after {inactive} s of silence (-d), looked at every 5 s (-s). Packets of a burst wait in a queue (-q): the usual one of 100 loses most of them.':
    'IPパケットのみ（-f）、NetFlow v5（-n）。継続中は{active}秒ごと（-e）、通信がなければ{inactive}秒後（-d）に送ります。確認は5秒ごとです（-s）。バースト時のパケットはキュー（-q）で待ちます。既定値の100では、その大半が失われます。',
  'Comes back if it fails.': '異常終了した場合は再起動します。',
  'Starts with the machine.': 'マシンの起動時に開始します。',
  'Reads the new unit.': '新しいユニットを読み込みます。',
  'Starts it now and after a reboot.': '今すぐ起動し、再起動後も自動で起動します。',
  'The unit belongs to this set-up only.': 'このセットアップ専用のユニットです。',
  'Forgets it.': 'ユニットの登録を消去します。',
  'fprobe exports NetFlow v5 only: no IPv6, no 64-bit counters. softflowd or pmacctd see more.':
    'fprobeがエクスポートするのはNetFlow v5のみで、IPv6と64ビットカウンターには対応していません。softflowdやpmacctdの方が多くの情報を得られます。',
  'It counts every packet and cannot sample.': 'すべてのパケットを数え、サンプリングには対応していません。',
  'The service must run; its log says what it could not do.': 'サービスが動作している必要があります。失敗の内容はログで確認できます。',
  'Without -f ip it exports other frames as flows without addresses.':
    '-f ipがないと、IP以外のフレームもアドレスのないフローとしてエクスポートします。',
  "The package's own service may run beside it.": 'パッケージ付属のサービスも動作している可能性があります。',
  'fprobe on Debian or Ubuntu': 'DebianまたはUbuntuのfprobe',
}
