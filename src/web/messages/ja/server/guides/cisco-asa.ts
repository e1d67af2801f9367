// What the guide of Cisco ASA says, in Japanese; the sentences are written in setup/config/guides/cisco-asa.ts.
import type { Phrases } from '../../../phrases.ts'

export const ciscoAsaPhrases: Phrases = {
  'The machine that runs Drawbridge, and the name (nameif) of the interface that leads to it.':
    'Drawbridgeが動作するマシンと、そこへ向かうインターフェースの名前（nameif）。',
  'Minutes: templates every minute; nothing can be read before the first, and the default is 30.':
    '分単位。テンプレートを1分ごとに送ります。最初のテンプレートが届くまで何も読み取れず、既定値は30分です。',
  'What is told of': '通知する対象',
  'The policy that an ASA has from the start. With a global policy of another name, put its name here.':
    'ASAに初めからあるポリシー。グローバルポリシーの名前が異なる場合は、その名前にしてください。',
  'All connections.': 'すべてのコネクション。',
  'A record with all bytes when a connection ends.': 'コネクションの終了時に、合計バイト数を含むレコードを送ります。',
  'Leaves the class.': 'クラスの設定を終了します。',
  'Leaves the policy.': 'ポリシーの設定を終了します。',
  'Puts it in force; it says so where it is already.': 'ポリシーを適用します。適用済みの場合は、その旨が表示されます。',
  'Takes it out of the policy; the rest stays.': 'ポリシーからこの設定だけを外します。ほかの設定は残ります。',
  'No more records.': 'レコードの送信を停止します。',
  'Packets sent must grow; errors name what fails.': '送信パケット数が増えていれば正常です。エラーには失敗の内容が表示されます。',
  'Whether the policy has it.': 'ポリシーに設定されているかどうか。',
  'NSEL tells of events, not of flows as a router does: bytes arrive when a connection ends. A long download shows late and all at once, so rules that must act within a minute are better fed by the router before it.':
    'NSELは、ルーターのようなフローではなくイベントを通知します。バイト数はコネクションの終了時に届くため、長時間のダウンロードは後からまとめて表示されます。1分以内の動作が必要なルールには、手前のルーターのフローを使うことをおすすめします。',
  'It has no packets and no TCP flags: rules that count packets cannot work on it.':
    'パケット数とTCPフラグがないため、パケットを数えるルールは機能しません。',
  'flow-update tells bytes every minute, but the record at the end tells bytes too. With both, Drawbridge counts a long connection more than once; that is why only flow-teardown is sent here.':
    'flow-updateはバイト数を1分ごとに通知しますが、終了時のレコードにもバイト数が含まれます。両方を送ると、Drawbridgeは長時間のコネクションを重複して数えます。そのため、ここではflow-teardownだけを送ります。',
  'One record covers both directions; bytes are those of the side that opened the connection.':
    '1件のレコードが双方向を表します。バイト数は、コネクションを開始した側が送信した分です。',
  'On Firepower Threat Defense the same lines go in by a FlexConfig object.':
    'Firepower Threat Defenseでは、同じ行をFlexConfigオブジェクトで設定します。',
  'Records come when connections end: open one and close it. The destination must be behind the interface that is named.':
    'レコードはコネクションの終了時に届きます。コネクションを1つ開いて閉じてみてください。送信先は、指定したインターフェースの先にある必要があります。',
  'Templates come every 30 minutes unless `flow-export template timeout-rate 1` is set.':
    '`flow-export template timeout-rate 1`を設定しないと、テンプレートは30分ごとにしか届きません。',
  'Packets and TCP flags are missing: NSEL has none.': 'NSELにはパケット数とTCPフラグがありません。',
  'flow-create, flow-update or `all` is exported besides flow-teardown.':
    'flow-teardownのほかに、flow-create、flow-update、`all`のいずれかもエクスポートしている可能性があります。',
}
