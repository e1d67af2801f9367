// What the guide of NVIDIA Cumulus Linux says, in Japanese; the sentences are written in setup/config/guides/nvidia-cumulus.ts.
import type { Phrases } from '../../../phrases.ts'

export const nvidiaCumulusPhrases: Phrases = {
  'a shell of the switch, as a user who may configure it': 'スイッチのシェル（設定権限のあるユーザー）',
  'The address that the samples name as theirs is that of this interface: register it.':
    'このインターフェースのアドレスが、サンプルに記されるエージェントアドレスになります。登録してください。',
  '1 packet in {sampling}. By default it follows the speed of the port, 1 in 10000 at 10 Gbit/s.':
    '{sampling}パケットに1個。既定値はポートの速度で決まり、10 Gbit/sでは10000パケットに1個です。',
  'What is in force.': '有効な設定。',
  'Whether the interface is watched, and its rate.': 'インターフェースが監視されているかと、そのレート。',
  'Releases before 5.11 have no such commands: there it is /etc/hsflowd.conf, as in the guide hsflowd.':
    '5.11より前のリリースにはこれらのコマンドがありません。ガイド「hsflowd」のように/etc/hsflowd.confで設定します。',
  'A collector behind the management port: add `interface eth0` to the line of the collector, or run the service in the management VRF.':
    'コレクターが管理ポートの先にある場合は、コレクターの行に`interface eth0`を追加するか、サービスを管理VRFで実行してください。',
  'It samples what comes in; there are no egress samples.': '受信側をサンプリングします。送信側のサンプリングはありません。',
  'The collector is reached in another VRF than the service runs in.': 'コレクターへの経路が、サービスの動作するVRFとは別のVRFにあります。',
  'The interface still has the rate of its speed.': 'インターフェースのレートが、速度に応じた既定値のままです。',
  'NVIDIA Cumulus Linux 5.11 and later': 'NVIDIA Cumulus Linux 5.11以降',
}
