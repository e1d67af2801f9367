// What the guide of Host sFlow says, in Japanese; the sentences are written in setup/config/guides/hsflowd.ts.
import type { Phrases } from '../../../phrases.ts'

export const hsflowdPhrases: Phrases = {
  'Debian and Ubuntu do not have it themselves.': 'DebianとUbuntuの標準リポジトリにはありません。',
  'Download the package for your distribution (hsflowd_…amd64.deb or hsflowd-…x86_64.rpm)':
    '使用中のディストリビューション用のパッケージ（hsflowd_…amd64.debまたはhsflowd-…x86_64.rpm）をダウンロード',
  'It brings the systemd service hsflowd.': 'systemdのサービスhsflowdが含まれています。',
  'Install it with apt-get install ./hsflowd_*.deb, or dnf install ./hsflowd-*.rpm':
    'apt-get install ./hsflowd_*.deb、またはdnf install ./hsflowd-*.rpmでインストール',
  'What hsflowd exports': 'hsflowdがエクスポートする内容',
  'Everything is in this block.': 'すべての設定をこのブロックに書きます。',
  'The address that names this machine in sFlow. Register it.': 'sFlowでこのマシンを表すアドレス。登録してください。',
  "Keeps that rate. Otherwise hsflowd chooses one by each interface's speed.":
    'このサンプリングレートを固定します。ないと、hsflowdが各インターフェースの速度に応じてレートを選びます。',
  'Samples packets of this interface. Without such a line there are counters and no flows.':
    'このインターフェースのパケットをサンプリングします。この行がないと、カウンターだけが届き、フローは届きません。',
  'What it works with: agentIP, collector, sampling.': '動作中の設定：agentIP、collector、sampling。',
  'hsflowd chooses its agent address among those of the machine. Name the one you register: --router.':
    'hsflowdは、マシンのアドレスからエージェントアドレスを選びます。登録するアドレスを、送信元アドレス（--router）として指定してください。',
  'Without root rights, or without its module mod_pcap, hsflowd sends counters only: the check sees sFlow datagrams and no flows.':
    'root権限またはモジュールmod_pcapがないと、hsflowdはカウンターだけを送信します。チェックにはsFlowデータグラムだけが届き、フローは届きません。',
  'The log names a line that it does not understand.': '解釈できない行がログに表示されていないか確認してください。',
  'Only counters come: each interface needs its line pcap { dev=… }.':
    'カウンターだけが届く場合は、インターフェースごとにpcap { dev=… }の行が必要です。',
  'Without sampling.bps_ratio=0 the rate follows the speed of the interface.':
    'sampling.bps_ratio=0がないと、サンプリングレートがインターフェースの速度に応じて変わります。',
  'The agent address is agentIP.': 'エージェントアドレスはagentIPの値です。',
  'hsflowd on Linux': 'Linuxのhsflowd',
}
