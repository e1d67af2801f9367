// What the guide of HPE Aruba CX says, in Japanese; the sentences are written in setup/config/guides/hpe-aruba-cx.ts.
import type { Phrases } from '../../../phrases.ts'

export const hpeArubaCxPhrases: Phrases = {
  'the manager context, whose prompt ends with #': 'managerコンテキスト（プロンプトの末尾が#）',
  'The machine that runs Drawbridge. Behind the management port add `vrf mgmt`.':
    'Drawbridgeが動作するマシン。管理ポートの先にある場合は`vrf mgmt`を追加します。',
  'The address that the samples name as theirs; without it nothing is sent.':
    'サンプルに入るエージェントアドレス。未設定では何も送信されません。',
  'The address that the samples name as theirs: put it here, and register it. Without it nothing is sent.':
    'サンプルに入るエージェントアドレス。ここに記入し、登録してください。未設定では何も送信されません。',
  'Each interface that is watched; a LAG, not its members.': '監視する各インターフェース。LAGの場合は、メンバーではなくLAG自体。',
  'Whether it runs; the number of samples must grow.': '動作状態。サンプル数が増えていれば正常です。',
  'The one word `sflow` in configuration mode watches all interfaces at once.':
    'コンフィギュレーションモードで`sflow`とだけ入力すると、全インターフェースをまとめて監視します。',
  'Rates below 4096 ask for a confirmation, and load the switch: type them by hand where they are needed.':
    '4096未満の値は入力時に確認を求められ、スイッチの負荷も高くなります。必要な場合は手で入力してください。',
  'The agent address is missing, or the collector is in another VRF.':
    'エージェントアドレスが未設定か、コレクターが別のVRFにある可能性があります。',
}
