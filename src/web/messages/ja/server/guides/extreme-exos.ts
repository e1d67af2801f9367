// What the guide of Extreme Switch Engine (EXOS) says, in Japanese; the sentences are written in setup/config/guides/extreme-exos.ts.
import type { Phrases } from '../../../phrases.ts'

export const extremeExosPhrases: Phrases = {
  'the CLI, whose prompt ends with #': 'CLI（プロンプトの末尾が#）',
  'The machine that runs Drawbridge. Behind the management port it is "VR-Mgmt".':
    'Drawbridgeが動作するマシン。管理ポートの先にある場合は"VR-Mgmt"とします。',
  'Counters of ports, every 20 s.': 'ポートのカウンター。20秒ごと。',
  'Each port that is watched: what comes in. With both, each packet would count twice.':
    '監視する各ポートの受信パケット。bothにすると、各パケットが二重に数えられます。',
  'Takes it off the ports.': 'ポートから外します。',
  'Keeps it so. It asks: y.': 'この状態を保存します。確認にはyと答えます。',
  'Whether it runs, with its agent address, collectors and ports.': '動作状態、エージェントアドレス、コレクター、ポート。',
  'Samples must grow.': 'サンプル数が増えていれば正常です。',
  'The word `ingress` needs EXOS 15.4; before it, ports are sampled as they come in.':
    '`ingress`の指定にはEXOS 15.4以降が必要です。それより前では、指定がなくても受信パケットをサンプリングします。',
  'On a stack ports are written slot:port, as 1:39.': 'スタックでは、ポートを1:39のようにslot:portで書きます。',
  'With much traffic the switch samples less often by itself, so that its processor is spared (max-cpu-sample-limit), and tells the rate that it uses.':
    'トラフィックが多いと、スイッチはCPUの負荷を抑えるために自動でサンプリング頻度を下げ（max-cpu-sample-limit）、実際のサンプリングレートを通知します。',
  'The collector is looked for in the wrong virtual router.': 'コレクターの仮想ルーター（VR）が誤っている可能性があります。',
  'Ports are enabled with `both`, or both ends of one link are watched.':
    'ポートが`both`で有効になっているか、1つのリンクの両端を監視している可能性があります。',
  'The switch has no NTP or SNTP server, or does not reach it.':
    'スイッチにNTPまたはSNTPサーバーが設定されていないか、サーバーに到達できない可能性があります。',
}
