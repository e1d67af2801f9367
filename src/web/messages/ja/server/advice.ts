// What is advised for a link and an exporter, in Japanese; the sentences are written in setup/config/config-advice.ts.
import type { Phrases } from '../../phrases.ts'

export const advicePhrases: Phrases = {
  'It looks at every packet, so nothing has to be estimated.': 'すべてのパケットを見るため、推定は不要です。',
  'A processor keeps up with every packet of {link:phrase}, so nothing has to be estimated.':
    '{link}ならCPUですべてのパケットを処理できるため、推定は不要です。',
  '1 packet in {sampling} is as often as this system can look.': '{sampling}パケットに1個が、この機器で最も細かいサンプリングです。',
  '1 packet in {sampling} is as seldom as this system can look.': '{sampling}パケットに1個が、この機器で最も粗いサンプリングです。',
  '1 packet in {sampling} is enough for {link:phrase}: exact within a few per cent, and light on the router.':
    '{link}には{sampling}パケットに1個で十分です。誤差は数パーセントで、ルーターの負荷も軽くなります。',
  'a link of {speed} Gbit/s': '{speed} Gbit/sの回線',
  'a link of {speed} Mbit/s': '{speed} Mbit/sの回線',
  '1 packet in {sampling} is too few for good figures: beyond 1 in {most} small attacks are missed.':
    '{sampling}パケットに1個では少なすぎて、正確な数値が得られません。{most}パケットに1個より粗いと、小さな攻撃を見逃します。',
  'sFlow sends samples as they are taken: it has no timeouts.': 'sFlowはサンプルをその都度送るため、タイムアウトはありません。',
  'A flow that goes on is told of every {active} s, the least this system can: a rule of one minute hears of it late.':
    '継続中のフローは{active}秒ごとに送られます。この機器の最短値で、1分間のルールには遅れて反映されます。',
  'A flow that goes on is told of every {active} s: a longer timeout delays a rule of one minute.':
    '継続中のフローは{active}秒ごとに送られます。これより長いと、1分間のルールの発動が遅れます。',
  'A flow that is silent for {inactive} s is over, and its record is sent.':
    '{inactive}秒間通信のないフローは終了とみなされ、レコードが送られます。',
}
