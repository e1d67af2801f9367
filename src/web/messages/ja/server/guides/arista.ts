// What the guide of Arista EOS says, in Japanese; the sentences are written in setup/config/guides/arista.ts.
import type { Phrases } from '../../../phrases.ts'

export const aristaPhrases: Phrases = {
  '1 packet in {sampling}. EOS calls rates below 16384 dangerous for its processor: watch it with many fast ports.':
    '{sampling}パケットに1個。EOSは16384未満の値をCPUに危険とみなします。高速ポートが多い場合はCPU負荷に注意してください。',
  'The machine that runs Drawbridge. In a VRF: `sflow vrf NAME destination …`.':
    'Drawbridgeが動作するマシン。VRF内にある場合は`sflow vrf NAME destination …`とします。',
  'The address that it sends from, and names as agent.': '送信元アドレス兼エージェントアドレス。',
  'Its address is the sender and the agent. A loopback is better: put its name here.':
    'このインターフェースのアドレスが送信元とエージェントになります。ループバックの方が適しているため、あればその名前にしてください。',
  'Switches it on, for all interfaces.': '全インターフェースで有効にします。',
  'Switches it off.': '無効にします。',
  'Forgets this collector.': 'このコレクターを削除します。',
  'The rate, back to its default.': 'サンプリングレートを既定値に戻します。',
  'Whether it runs, its sender, and the samples that were sent.': '動作状態、送信元、送信したサンプル数。',
  'It samples what comes in on every interface. To leave one out: `no sflow enable` on that interface.':
    '全インターフェースの受信パケットをサンプリングします。除外するには、そのインターフェースで`no sflow enable`を設定します。',
  'Without a rate EOS samples 1 packet in 1048576, which shows nothing of an attack.':
    'サンプリングレートを設定しないと1048576パケットに1個となり、攻撃を検知できません。',
  'Egress samples (`sflow interface egress enable default`) would count each packet twice.':
    '送信側のサンプリング（`sflow interface egress enable default`）も有効にすると、各パケットが二重に数えられます。',
  'The source has no address, or the collector is in another VRF.':
    '送信元のインターフェースにアドレスがないか、コレクターが別のVRFにある可能性があります。',
  'The agent address is that of another interface: set `sflow source`.':
    'エージェントアドレスが別のインターフェースのものです。`sflow source`を設定してください。',
  'The rate is still the default of 1 in 1048576.': 'サンプリングレートが既定値の1/1048576のままの可能性があります。',
  'Egress samples are switched on as well.': '送信側のサンプリングも有効になっている可能性があります。',
  Tracker: 'トラッカー',
  'Flows made of samples.': 'サンプリングによるフロートラッキング。',
  'Milliseconds: a flow that is silent for so long is over.': 'ミリ秒単位。この時間通信がないフローは終了とみなします。',
  'Milliseconds: long flows are told of this often; the default is 5 minutes.':
    'ミリ秒単位。長時間のフローをこの間隔で送ります。既定値は5分です。',
  'Its address is the sender. A loopback is better: put its name here.':
    'このインターフェースのアドレスが送信元になります。ループバックの方が適しているため、あればその名前にしてください。',
  'Milliseconds: templates every minute; nothing can be read before the first.':
    'ミリ秒単位。テンプレートを1分ごとに送ります。最初のテンプレートが届くまで何も読み取れません。',
  'Leaves the tracker.': 'トラッカーの設定を終了します。',
  'Where the tracker is.': 'トラッカーの設定箇所。',
  'Whether it runs, on which interfaces, and to which collector.': '動作状態、対象のインターフェース、送信先のコレクター。',
  'Records exported must grow.': 'エクスポートしたレコード数が増えていれば正常です。',
  'Needs a release and a platform with sampled flow tracking; where it is refused, use sFlow.':
    'sampled flow trackingに対応したリリースと機種が必要です。コマンドが拒否される場合はsFlowを使ってください。',
  'Some platforms want another sample rate, or a TCAM profile with the feature: EOS says so when it is entered.':
    '機種によっては、別のサンプリングレートや、この機能を含むTCAMプロファイルが必要です。その場合は、入力時にEOSがメッセージを表示します。',
  'Flow tracking is still shut down, or the local interface has no address or is in another VRF.':
    'flow trackingがshutdownのままか、local interfaceにアドレスがない、または別のVRFにある可能性があります。',
  'A tracker is on both ends of one path, or sFlow is exported as well.':
    '同じ経路の両端にトラッカーが設定されているか、sFlowも併せてエクスポートしている可能性があります。',
}
