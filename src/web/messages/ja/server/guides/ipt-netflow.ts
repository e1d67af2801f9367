// What the guide of ipt-NETFLOW says, in Japanese; the sentences are written in setup/config/guides/ipt-netflow.ts.
import type { Phrases } from '../../../phrases.ts'

export const iptNetflowPhrases: Phrases = {
  'Builds the module for your kernel, and keeps iptables rules over a reboot.':
    '使用中のカーネル用にモジュールをビルドし、iptablesのルールを再起動後も保持します。',
  'What the module exports': 'モジュールのエクスポート設定',
  'Where it sends, by which version, every {active} s while a flow lasts and after {inactive} s of silence. By default it is 30 minutes.':
    '送信先とバージョンです。フローは、継続中は{active}秒ごとに（既定値は30分）、また通信が{inactive}秒間ないときに送信されます。',
  'The module is loaded after a reboot': '再起動後のモジュールの読み込み',
  'Its name.': 'モジュールの名前。',
  'Loads it now.': 'すぐに読み込みます。',
  'Counts IPv4 that comes in there.': 'そこで受信したIPv4を数えます。',
  'Counts IPv6 that comes in there.': 'そこで受信したIPv6を数えます。',
  'The rules come back after a reboot.': '再起動後もルールを復元します。',
  'Takes the rule for IPv4 away.': 'IPv4のルールを削除します。',
  'Takes the rule for IPv6 away.': 'IPv6のルールを削除します。',
  'They stay away.': '再起動後もルールは復元されません。',
  'Unloads the module.': 'モジュールの読み込みを解除します。',
  'It is not loaded again.': '再び読み込まれることはありません。',
  'Counts flows, and under Export what was sent and what failed.': 'フロー数と、Exportの欄に送信できた数と失敗した数を表示します。',
  'sampler= of this module chooses one flow in N, not one packet: leave it out, or large flows are missed whole.':
    'このモジュールのsampler=は、パケットではなくフローをN件に1件選びます。設定しないでください。大きなフローが丸ごと抜け落ちます。',
  'The module is built for one kernel: after a kernel update look whether it was built again (dkms status).':
    'モジュールは特定のカーネル用にビルドされます。カーネルの更新後は、ビルドし直されたか確認してください（dkms status）。',
  'NetFlow v5 has no IPv6.': 'NetFlow v5はIPv6に対応していません。',
  'The rule must count packets, at the top of its chain.': 'ルールがチェーンの先頭にあり、パケットを数えている必要があります。',
  'The module must be loaded, with your collector as destination.':
    'モジュールが読み込まれ、destinationがコレクターになっている必要があります。',
  'The times are those of the kernel: set the clock of the router.': '時刻はカーネルのものです。ルーターの時刻を合わせてください。',
  'destination=…@ADDRESS sets the address that it sends from.': '送信元アドレスはdestination=…@ADDRESSで指定します。',
  'Linux router, ipt-NETFLOW': 'Linuxルーター、ipt-NETFLOW',
  'ipt-NETFLOW on Debian or Ubuntu': 'DebianまたはUbuntuのipt-NETFLOW',
}
