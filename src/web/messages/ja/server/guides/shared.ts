// What several guides say, in Japanese; the sentences are written in setup/config/guides.
import type { Phrases } from '../../../phrases.ts'

export const sharedPhrases: Phrases = {
  'privileged EXEC mode': '特権EXECモード',
  'Goes to configuration mode.': 'コンフィギュレーションモードに入ります。',
  'Counters of interfaces, every 20 s.': 'インターフェースのカウンターを20秒ごとに送信します。',
  Save: '保存（Save）',
  'configuration mode': 'コンフィギュレーションモード',
  'Leaves configuration mode.': 'コンフィギュレーションモードを抜けます。',
  'Keeps it over a restart.': '再起動後も設定を保持します。',
  'Take it back': '元に戻す',
  'Which interfaces are watched.': '監視中のインターフェース。',
  'The switch has no NTP server, or does not reach it.': 'スイッチにNTPサーバーが設定されていないか、到達できません。',
  '1 packet in {sampling}.': '{sampling}パケットに1個。',
  'What is told of flows, and how soon.': '送信するフローの内容と間隔。',
  'Where flows are sent to.': 'フローの送信先。',
  'The machine that runs Drawbridge.': 'Drawbridgeを実行しているマシン。',
  'Switches it on.': '有効にします。',
  Interfaces: 'インターフェース',
  'Each interface that is watched.': '監視する各インターフェース。',
  'What comes in.': '受信トラフィックが対象です。',
  'Takes it off the interfaces.': 'インターフェースから外します。',
  'Back in configuration mode.': 'コンフィギュレーションモードに戻ります。',
  'Where the rate is not told, set {sampling} on the router in Drawbridge.':
    'レートが通知されない場合は、Drawbridgeでこのルーターに{sampling}を設定してください。',
  Export: 'エクスポート',
  'Nothing is sent any more.': '以後は何も送信しません。',
  'The firewall has no NTP server, or does not reach it.': 'ファイアウォールにNTPサーバーが設定されていないか、到達できません。',
  'Flow record for IPv4': 'IPv4のフローレコード',
  'What is told of each flow.': '各フローについて送信する内容。',
  'match: packets that agree in all of these are one flow.': 'match：これらがすべて一致するパケットを1つのフローとします。',
  'From whom.': '送信元。',
  'To whom.': '宛先。',
  'Ports tell services and attacks apart.': 'ポートでサービスや攻撃を見分けられます。',
  'collect: told besides. Flags tell a SYN flood from a busy server.':
    'collect：あわせて送信する項目です。TCPフラグで、SYNフラッドと混雑しているサーバーを見分けられます。',
  'long: 64 bits, which do not wrap.': 'long：64ビット。桁あふれで0に戻ることがありません。',
  'Leaves the record.': 'レコードの設定を抜けます。',
  'Flow record for IPv6': 'IPv6のフローレコード',
  Exporter: 'エクスポーター',
  'Its port.': 'そのUDPポート。',
  'NetFlow v9.': 'NetFlow v9を使います。',
  'IPFIX.': 'IPFIXを使います。',
  'Templates every minute: nothing can be read before the first, and the default is 30 minutes.':
    'テンプレートを毎分送信します。最初のテンプレートが届くまでフローを読み取れません（既定値は30分）。',
  'Names of the interfaces.': 'インターフェースの名前。',
  'Tells the sampling rate.': 'サンプリングレートを通知します。',
  'Leaves the exporter.': 'エクスポーターの設定を抜けます。',
  'Ties record and exporter together.': 'レコードとエクスポーターを結び付けます。',
  'To this collector.': 'このコレクターへ送信します。',
  'A flow that is silent for so long is over.': '通信のないフローを終了とするまでの時間。',
  Sampler: 'サンプラー',
  '1 packet in {sampling}, chosen by chance.': '{sampling}パケットに1個をランダムに選びます。',
  'IPv6 likewise.': 'IPv6も同様です。',
  'Takes the monitors off.': 'モニターを外します。',
  'IPv6 too.': 'IPv6も同様です。',
  'Which interfaces have a monitor.': 'モニターを適用したインターフェース。',
  'The flows that it sees now.': '現在見えているフロー。',
  'The router sends from the address of the interface named by `source`: register that one.':
    'ルーターは`source`で指定したインターフェースのアドレスから送信します。そのアドレスを登録してください。',
  'The record lacks a line: compare it with the one above.': 'レコードに足りない行があります。上のレコードと比べてください。',
  'The router has no NTP server, or does not reach it.': 'ルーターにNTPサーバーが設定されていないか、到達できません。',
  'EXEC mode': 'EXECモード',
  'Its address is the sender; without a source nothing is sent. A loopback is better: put its name here.':
    'このインターフェースのアドレスが送信元になります。sourceがないと何も送信されません。ループバックがあれば、その名前を指定するほうが確実です。',
  'Now it is in force.': 'ここで設定が反映されます。',
  'Now it is gone.': 'ここで設定が削除されます。',
  'What is set.': '設定内容。',
  'The address that the samples name as theirs: put it here, and register it.':
    'サンプルに記載されるエージェントアドレスです。ここに入力し、登録してください。',
  'Templates every minute: nothing can be read before the first.':
    'テンプレートを毎分送信します。最初のテンプレートが届くまでフローを読み取れません。',
  'The address that the samples name as theirs.': 'サンプルに記載されるエージェントアドレス。',
  'Keeps it over a restart. It asks: y.': '再起動後も設定を保持します。確認にはyと答えてください。',
  'Nothing is sent there any more.': '以後、そこへは何も送信しません。',
  'Unless another collector still needs it.': 'ほかのコレクターで使っている場合は入力しないでください。',
  'The agent address is not the sender: register both.': 'エージェントアドレスと送信元が異なります。両方を登録してください。',
  'The address that it sends from: register it.': '送信元アドレスです。登録してください。',
  Install: 'インストール',
  'a root shell': 'rootのシェル',
  Start: '起動',
  'Nothing is exported any more.': '以後は何もエクスポートしません。',
  'Must be active.': 'activeと表示されれば正常です。',
  'Shows the first three datagrams as they leave, at the latest after {active} s.':
    '送信された最初のデータグラム3個を表示します。最大で{active}秒かかります。',
  'A packet that crosses two of the interfaces is counted at both: name the outer one only.':
    '2つのインターフェースを通るパケットは、両方で数えられます。外側のインターフェースだけを指定してください。',
  'Whether the interface is watched.': 'インターフェースが監視されているか。',
  'Both ends of one link are watched.': '1つのリンクの両端を監視しています。',
  'Counters of the interfaces every 30 s. Drawbridge skips them.':
    'インターフェースのカウンターを30秒ごとに送信します。Drawbridgeはこれを使いません。',
  'Takes one packet in {sampling}, and says so.': '{sampling}パケットに1個をサンプリングし、そのレートを通知します。',
  'Where the samples go.': 'サンプルの送信先。',
  'Starts it after a reboot too.': 'マシンの再起動後も起動するようにします。',
  'Starts it now.': 'すぐに起動します。',
  'Shows the first three datagrams as they leave.': '送信された最初のデータグラム3個を表示します。',
  'Seconds: a flow that is silent for so long is over.': '通信のないフローを終了とするまでの秒数。',
  '1 packet in {sampling} of what comes in.': '受信トラフィックの{sampling}パケットに1個。',
  'The address that it sends from: put it here, and register it.': '送信元アドレスです。ここに入力し、登録してください。',
  'operational mode': 'オペレーショナルモード',
  'Seconds: long flows are told of this often.': '継続中のフローを送信する間隔（秒）。',
  'The sampling rate, every minute.': 'サンプリングレートを毎分通知します。',
  'Sampling and export': 'サンプリングとエクスポート',
  'By IPFIX.': 'IPFIXで送信します。',
  'By NetFlow v9.': 'NetFlow v9で送信します。',
  'Each interface that is watched. With output as well, each packet would count twice.':
    '監視する各インターフェース。outputも設定すると、各パケットが2重に数えられます。',
  'Says what is wrong before it matters.': '反映する前に誤りを表示します。',
  'Flows and packets exported must grow.': 'エクスポートしたフロー数とパケット数が増えていれば正常です。',
  'It sends from the address of `inline-jflow source-address`: register that one.':
    '`inline-jflow source-address`のアドレスから送信します。そのアドレスを登録してください。',
  'The line `template-refresh-rate seconds 60` is missing.': '`template-refresh-rate seconds 60`の行がありません。',
  "systemd's unit waits for that.": 'systemdのユニットはこの動作を前提としています。',
  'Its log is in the journal.': 'ログはjournalに出力されます。',
  'The headers are enough.': 'ヘッダーだけで足ります。',
  'Whole packets: sfprobe tells the length of what it is given.':
    'パケット全体が必要です。sfprobeは、渡された部分の長さをパケット長として送信します。',
  '10 MiB between reading packets and counting them, against bursts.':
    'パケットの読み取りと集計の間のバッファーを、バーストに備えて10 MiBにします。',
  'Packets are handed over by so many bytes. Keep it small: a quiet router waits until it is full.':
    'パケットはこのバイト数がたまるごとに渡されます。小さくしてください。トラフィックの少ないルーターでは、満杯になるまで待つことになります。',
  'The record: protocol, addresses, ports, input interface, TCP flags, times. Bytes and packets are always in it.':
    'レコードの内容：プロトコル、アドレス、ポート、入力インターフェース、TCPフラグ、時刻。バイト数とパケット数は常に含まれます。',
  "Times in NetFlow v9's own fields 21 and 22. Without it they are in fields 152 and 153 of IPFIX, which many collectors show as 1970.":
    '時刻をNetFlow v9本来のフィールド21と22に入れます。この行がないとIPFIXのフィールド152と153に入り、多くのコレクターで1970年と表示されます。',
  'Exports by NetFlow or IPFIX. The lines below belong to it because the same name is in their brackets.':
    'NetFlowまたはIPFIXでエクスポートします。以下の行は、角括弧内の名前が同じため、このプラグインの設定になります。',
  'Where the flows go.': 'フローの送信先。',
  '5 and 9 are NetFlow, 10 is IPFIX.': '5と9はNetFlow、10はIPFIXです。',
  'The address to send from, and to register.': '送信元アドレスです。これを登録してください。',
  'The address to send from, and to register. nfprobe wants IPv6 in brackets here.':
    '送信元アドレスです。これを登録してください。nfprobeでは、ここのIPv6アドレスを角括弧で囲みます。',
  'A flow is told of after {inactive} s of silence, and every {active} s while it lasts. By default it is an hour, and a week.':
    'フローは、通信が{inactive}秒間ないときと、継続中は{active}秒ごとに送信されます。既定値はそれぞれ1時間と1週間です。',
  'Exports by sFlow. The lines below belong to it because the same name is in their brackets.':
    'sFlowでエクスポートします。以下の行は、角括弧内の名前が同じため、このプラグインの設定になります。',
  'The address that names this router in sFlow. Without it every router is 127.0.0.1.':
    'sFlowでこのルーターを示すアドレスです。指定しないと、どのルーターも127.0.0.1になります。',
  'Write its address here: it names this router in sFlow. Without the line every router is 127.0.0.1.':
    'sFlowでこのルーターを示すアドレスを、ここに書いてください。この行がないと、どのルーターも127.0.0.1になります。',
  'The address to send from: the same.': '送信元アドレス。上と同じです。',
  'Looks at one packet in {sampling}, and says so.': '{sampling}パケットに1個だけを見て、そのレートを通知します。',
  'Must name {collector} and port {port}.': '{collector}とポート{port}が表示されれば正常です。',
  'The name in brackets is the same in plugins and in every line of the plugin. pmacct ignores lines with another name, and says "Unknown symbol".':
    '角括弧内の名前は、pluginsの行とそのプラグインのすべての行で同じにします。pmacctは名前の異なる行を無視し、「Unknown symbol」と出力します。',
  'Look where it sends: "Exporting flows to [127.0.0.1]" means that its receiver line was ignored, and "Unknown symbol" names the line.':
    '送信先を確認してください。「Exporting flows to [127.0.0.1]」と出ていればreceiverの行が無視されており、「Unknown symbol」がその行を示します。',
  'A large plugin_buffer_size holds the packets of a quiet router back for minutes: 1024 is enough.':
    'plugin_buffer_sizeが大きいと、トラフィックの少ないルーターではパケットが何分も滞留します。1024で足ります。',
  'timestamps_secs: true puts the times into fields that every collector knows.':
    '「timestamps_secs: true」にすると、どのコレクターも対応しているフィールドに時刻が入ります。',
  'The agent address is the line sfprobe_agentip[collector].': 'エージェントアドレスはsfprobe_agentip[collector]の行で指定します。',
  'One probe in plugins is enough: with nfprobe and sfprobe, or two receivers that lead here, everything counts twice.':
    'pluginsのプローブは1つで足ります。nfprobeとsfprobeの併用や、ここへ向かうreceiverが2つあると、すべてが2重に数えられます。',
  '2 MiB for packets that wait in the kernel.': 'カーネルで待つパケット用のバッファーを2 MiBにします。',
  'Nothing comes back after a reboot.': 'マシンの再起動後も復活しません。',
  'Forgets the addition to the unit.': 'ユニットへの追加設定を取り消します。',
  'Where a rule or a mirror port samples before uacctd, it cannot know. Tell it by uacctd_ext_sampling_rate, or set the rate of the router here.':
    'uacctdより手前のルールやミラーポートでサンプリングしている場合、uacctdはそのレートを知りません。uacctd_ext_sampling_rateで指定するか、Drawbridgeでこのルーターのレートを設定してください。',
  'The datagrams as they leave; Ctrl+C ends it.': '送信されるデータグラムを表示します。Ctrl+Cで終了します。',
  'Export what crosses the bridge': 'ブリッジを通るトラフィックのエクスポート',
  'Samples one packet in {sampling} of all that enter the bridge, and says so.':
    'ブリッジに入る全パケットから{sampling}パケットに1個をサンプリングし、そのレートを通知します。',
  'Samples one packet in {sampling} of all that enter the bridge, and says so. agent is the address that names the switch in sFlow.':
    'ブリッジに入る全パケットから{sampling}パケットに1個をサンプリングし、そのレートを通知します。agentは、sFlowでこのスイッチを示すアドレスです。',
  'Tells of every flow of the bridge, every {active} s while it lasts and shortly after its end.':
    'ブリッジの全フローを、継続中は{active}秒ごとに、また終了後まもなく送信します。',
  'Samples one packet in {sampling}, multiplies by {sampling}, and sends a record after {active} s.':
    '{sampling}パケットに1個をサンプリングし、値を{sampling}倍して、{active}秒後にレコードを送信します。',
  'The bridge samples no more.': 'ブリッジは以後サンプリングしません。',
  'The bridge tells of its flows no more.': 'ブリッジは以後フローを送信しません。',
  'Must show your collector under targets.': 'targetsにコレクターが表示されれば正常です。',
  'Open vSwitch keeps this in its database: it is still there after a reboot.':
    'Open vSwitchはこの設定をデータベースに保存するため、マシンの再起動後も残ります。',
  'The datagrams leave by the route of the machine, not by the bridge: the machine itself must reach {collector}.':
    'データグラムはブリッジではなく、マシンの経路で送信されます。マシン自体から{collector}に到達できる必要があります。',
  'Bytes include the 14 of the Ethernet header.': 'バイト数にはイーサネットヘッダーの14バイトが含まれます。',
  'It exports every packet of IPv4 and nothing of IPv6.': 'IPv4は全パケットをエクスポートし、IPv6は何もエクスポートしません。',
  'IPFIX of Open vSwitch is multiplied by its rate already and tells no rate: leave the rate of this router at 1.':
    'Open vSwitchのIPFIXは値にレートを掛けて送信し、レートは通知しません。このルーターのレートは1のままにしてください。',
  'A packet is sampled where it enters and again where it leaves, which counts it twice. Open vSwitch 3.1 takes enable-output-sampling the wrong way round: true switches that off. Where the flows are twice the traffic, set it to false.':
    'パケットはブリッジに入るときと出るときの両方でサンプリングされ、2重に数えられます。Open vSwitch 3.1ではenable-output-samplingの意味が逆で、trueにすると出るときのサンプリングが無効になります。フローが実際のトラフィックの2倍になる場合は、falseにしてください。',
  'The bridge must point to its exporter.': 'ブリッジからエクスポートの設定が参照されている必要があります。',
  'Without a route to the collector it finds no agent address and sends no sFlow.':
    'コレクターへの経路がないと、エージェントアドレスが決まらず、sFlowを送信しません。',
  'No rate is told, and none is needed: the counts are multiplied already.':
    'レートは通知されませんが、不要です。値にはすでにレートが掛けられています。',
  'One bridge exports once: clear the other kinds.': '1つのブリッジのエクスポートは1種類だけにし、ほかの種類はclearしてください。',
  'agent is an address or an interface of this machine.': 'agentは、このマシンのアドレスまたはインターフェースです。',
  'Set up': '設定',
  'Where it sends.': '送信先。',
  'Counts packets, flows and what was exported.': 'パケット数、フロー数、エクスポートした数を表示します。',
  'Seconds of silence after which a flow is over.': '通信のないフローを終了とするまでの秒数。',
  'It starts at once.': 'すぐに動作を始めます。',
  'UDP.': 'UDPの値。',
  'The program and its systemd units.': 'プログラムとsystemdのユニット。',
  'What softflowd exports of {interface}': 'softflowdのエクスポート設定（{interface}）',
  'Where it looks. It counts both directions.': '監視するインターフェース。送受信の両方向を数えます。',
  'Sends there by version {version}: after {inactive} s of silence, and every {active} s while a flow lasts. By default it is an hour, and a week.':
    'この宛先へバージョン{version}で送信します。フローは、通信が{inactive}秒間ないときと、継続中は{active}秒ごとに送信されます。既定値はそれぞれ1時間と1週間です。',
  'Looks at one packet in {sampling} and says so. A flow is told of after {inactive} s of silence, and every {active} s while it lasts.':
    '{sampling}パケットに1個だけを見て、そのレートを通知します。フローは、通信が{inactive}秒間ないときと、継続中は{active}秒ごとに送信されます。',
  'Makes a service of each file, also after a reboot.': '各ファイルをサービスにします。マシンの再起動後も有効です。',
  'Starts all of them now.': 'すべてをすぐに起動します。',
  'Forgets the services.': 'サービスを取り消します。',
  'NetFlow v5 has no IPv6: such flows are left out.': 'NetFlow v5はIPv6に対応していないため、IPv6のフローは含まれません。',
  'The service must run, and name the interface.': 'サービスが動作中で、インターフェースの名前が表示される必要があります。',
  'Its own counters: "Packets received by libpcap" grows, and "flows exported" with it.':
    'softflowd自身のカウンターです。「Packets received by libpcap」とともに「flows exported」が増えます。',
  'Two interfaces that see the same packets count them twice: keep the file of one, then start anew.':
    '2つのインターフェースで同じパケットが見えると、2重に数えられます。一方のファイルだけを残し、起動し直してください。',
  'Tracking must be full, which is the default: -T ip or -T proto leave the ports out.':
    'トラッキングは既定値のfullである必要があります。-T ipや-T protoではポートが含まれません。',
}
