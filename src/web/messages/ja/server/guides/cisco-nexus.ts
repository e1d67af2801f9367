// What the guide of Cisco Nexus says, in Japanese; the sentences are written in setup/config/guides/cisco-nexus.ts.
import type { Phrases } from '../../../phrases.ts'

export const ciscoNexusPhrases: Phrases = {
  'The address that the samples name as theirs: register it.': 'サンプルに入るエージェントアドレス。このアドレスを登録してください。',
  'The machine that runs Drawbridge. Behind mgmt0 it is `vrf management`.':
    'Drawbridgeが動作するマシン。mgmt0の先にある場合は`vrf management`とします。',
  '1 packet in {sampling}. 4096 is the most often.': '{sampling}パケットに1個。4096が下限です。',
  'Bytes of each packet: enough for all headers.': '各パケットから取得するバイト数。全ヘッダーに十分な長さです。',
  'Takes all of sFlow off, and forgets its settings.': 'sFlow全体を無効にし、その設定を削除します。',
  'Samples and datagrams must grow.': 'サンプル数とデータグラム数が増えていれば正常です。',
  'A Nexus has one sFlow collector: a line for another one replaces the first.':
    'Nexusに設定できるsFlowコレクターは1つです。別のコレクターを設定すると置き換わります。',
  'It samples what comes in and what goes out: watch the outer interfaces only, else transit counts twice.':
    '受信と送信の両方をサンプリングします。外側のインターフェースだけを監視してください。そうしないと、通過トラフィックが二重に数えられます。',
  'sFlow and SPAN sessions exclude each other on many models; VLAN interfaces and subinterfaces cannot be watched.':
    '多くの機種では、sFlowとSPANセッションを併用できません。VLANインターフェースとサブインターフェースは監視できません。',
  'Some first 9300 models want ACL TCAM regions for sFlow and SPAN before uplink ports can be watched.':
    '初期の9300の一部では、アップリンクポートを監視するために、sFlowとSPANのACL TCAMリージョンが必要です。',
  'The collector is looked for in the wrong VRF: default for data ports, management for mgmt0.':
    'コレクターのVRFが誤っている可能性があります。データポートではdefault、mgmt0ではmanagementです。',
  'The agent address is not the one that datagrams come from. Register both, or set `sflow agent-ip` to the sender.':
    'エージェントアドレスがデータグラムの送信元と異なります。両方を登録するか、`sflow agent-ip`を送信元アドレスに合わせてください。',
  'An inner and an outer interface are watched, and both directions are sampled.':
    '双方向をサンプリングするため、内側と外側の両方のインターフェースを監視すると重複します。',
  'Feature and exporter': '機能の有効化とエクスポーター',
  'Flows are told of this often.': 'フローをこの間隔で送ります。',
  'The machine that runs Drawbridge. Behind mgmt0 add `use-vrf management`.':
    'Drawbridgeが動作するマシン。mgmt0の先にある場合は`use-vrf management`を追加します。',
  'Leaves the version.': 'バージョンの設定を終了します。',
  'What is told of each flow. The input interface is told without a line.':
    '各フローについて送る内容。入力インターフェースは、行を書かなくても送られます。',
  'When the flow began and ended.': 'フローの開始時刻と終了時刻。',
  'Monitors and interfaces': 'モニターとインターフェース',
  'To the same collector.': '同じコレクターへ送ります。',
  'Takes all of NetFlow off, and forgets its settings.': 'NetFlow全体を無効にし、その設定を削除します。',
  'Packets sent must grow.': '送信パケット数が増えていれば正常です。',
  'Not every Nexus 9000 has NetFlow: where `feature netflow` is refused, use sFlow.':
    'Nexus 9000にはNetFlow非対応の機種もあります。`feature netflow`が拒否される場合はsFlowを使ってください。',
  'Where a monitor is refused for want of TCAM, the region ing-netflow is too small; enlarging it needs a reload.':
    'TCAM不足でモニターが拒否される場合は、ing-netflowリージョンが小さすぎます。拡大には再起動が必要です。',
  'Egress NetFlow exists from 10.4(1)F on; input on all interfaces sees everything once already.':
    '送信側のNetFlowは10.4(1)F以降で使えますが、全インターフェースのinputで、すべてのトラフィックをすでに1回ずつ見られます。',
  'Without `source` the exporter stays disabled; the collector may be in another VRF.':
    '`source`がないと、エクスポーターは無効のままです。コレクターが別のVRFにある可能性もあります。',
  'The line `template data timeout 60` is missing below `version 9`.':
    '`version 9`の下に`template data timeout 60`の行がない可能性があります。',
  'Cisco Nexus 9000 and 3000, sFlow': 'Cisco Nexus 9000および3000、sFlow',
}
