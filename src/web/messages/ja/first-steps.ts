// Texts of what a new installation shows, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const firstStepsMessages: PageMessages['firstSteps'] = {
  title: '最初のルーターを待っています',
  intro: '次のページでは、お使いのアドレスを入れたルーター用のコマンドと、フローが届くまでの様子を順に確認できます。',
  ports: (ports) => `UDP ${ports}で待ち受けています。どのポートもNetFlow v5、v9、IPFIX、sFlow v5を受け付けます。`,
  next: 'フローの送信元は、登録ボタンとともにこのページに現れます。登録するまでは何も格納されません。',
  demoTitle: '手元にルーターがない場合',
  demo: 'Drawbridgeを停止し、模擬ルーターからフローを送信させてください：',
  demoCommand: 'npm start -- --demo',
}
