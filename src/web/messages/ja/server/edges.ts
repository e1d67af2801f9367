// What captures, agents and the edge firewall tell, in Japanese; written in src/capture and src/firewall.
import type { Phrases } from '../../phrases.ts'

const captures: Phrases = {
  'nothing was heard of the agent any more; see systemctl status drawbridge-agent on its host':
    'エージェントから応答がなくなりました。ホストでsystemctl status drawbridge-agentを確認してください',
  'nothing was heard of it any more': '応答がなくなりました',
  'the agent has never answered; see systemctl status drawbridge-agent on its host':
    'エージェントが一度も応答していません。ホストでsystemctl status drawbridge-agentを確認してください',
  'the agent has started anew and does not know the capture any more': 'エージェントが再起動し、このキャプチャの情報がなくなりました',
  'not connected; on its host run systemctl start drawbridge-agent':
    '未接続です。ホストでsystemctl start drawbridge-agentを実行してください',
  'the agent was removed': 'エージェントが削除されました',
  'it was stopped before the agent could be told': 'エージェントに伝える前に停止されました',
  'it is over already': 'すでに終了しています',
  'it is over': '終了しています',
  'only full captures are stopped here': 'ここで停止できるのはフルキャプチャだけです',
  '{kept} of its {packets} packets were not kept': 'パケット{packets}個のうち{kept}個を保存できませんでした',
  'ended early: its packets take {most} MiB, the most for one capture (captures.capture_mib)':
    '途中で終了：1件のキャプチャの上限{most} MiBに達しました（captures.capture_mib）',
  'ended early: packets of running captures take {most} MiB, the most for all (captures.keep_mib)':
    '途中で終了：全キャプチャの上限{most} MiBに達しました（captures.keep_mib）',
  'ended early: its packets could not be written ({reason})': '途中で終了：パケットを書き込めませんでした（{reason}）',
  'no samples are kept; they come from sFlow exporters and from agents with always-on sampling':
    '保存済みのサンプルがありません。サンプルはsFlowエクスポーターと、常時サンプルを有効にしたエージェントから届きます',
  'samples reach back to {time} only': 'サンプルは{time}以降のみです',
  'its packets were deleted, because of their age or to make room': 'パケットは、保存期間または空き容量のために削除されました',
  'it has no packets': 'パケットがありません',
  'it still runs; wait for its end, stop it, or follow it with tail': 'まだ実行中です。終了を待つか、停止するか、tailで追ってください',
  '{count} captures are running on this agent, which is its most (max_jobs)':
    'このエージェントではキャプチャが上限の{count}件実行されています（max_jobs）',
  'drawbridge.snap_length must not be above {most}, which is what this account allows':
    'スナップ長は、このアカウントの上限{most}以下にしてください',
  'offset_time must be within the last {hours} hours: so long are packets of the past kept':
    '直近{hours}時間以内の時刻を指定してください。それより前のパケットは保存されていません',
  'must be a whole number from 1 to {seconds} for {type} captures': '{type}キャプチャでは1〜{seconds}の整数で指定してください',
  'the filter covers the {many} prefixes of the rule by {few} shorter ones':
    'フィルターは、ルールのプレフィックス{many}個をより短い{few}個で表しています',
  'none, as no agent is enrolled; run drawbridge agent enroll on an edge host':
    'エージェントが登録されていません。エッジホストでdrawbridge agent enrollを実行してください',
  'any place': 'すべての場所',
  'it is not known': '不明なコードです',
  'it has been used': '使用済みです',
  'it has expired': '期限切れです',
  '{reason:text}; make a new one on the page Agents': '{reason}。エージェントのページで新しく発行してください',
  '{count} enrolment codes are open; wait until some expire': '未使用の登録コードが{count}件あります。期限切れを待ってください',
}

const buckets: Phrases = {
  'ownership_challenge is the name of the file; send what is in it': 'ファイル名ではなく、ファイルの内容を入力してください',
  'ownership_challenge is not what is in {file}': '{file}の内容と一致しません',
  'add it by POST …/pcaps/ownership first': '先にバケットを追加してください',
  'it must have the form s3://bucket/folder?region=…, gs://bucket/folder, r2://bucket/folder?account-id=… or file:///folder':
    's3://bucket/folder?region=…、gs://bucket/folder、r2://bucket/folder?account-id=…、file:///folderのいずれかの形式で入力してください',
  'the bucket’s name must have {rule}': 'バケット名に使えるのは次のとおりです：{rule}',
  'account-id is missing': 'account-idがありません',
  'account-id must have 32 hex digits': 'account-idは16進数32桁です',
  'file:// destinations are off; to allow them, set captures.allow_file_destinations':
    'file://は無効です。許可するにはcaptures.allow_file_destinationsを設定してください',
  'access-key-id and secret-access-key belong together': 'access-key-idとsecret-access-keyは両方指定してください',
}

const hosts: Phrases = {
  'Captures need Linux; this is {platform}.': 'キャプチャにはLinuxが必要です（現在は{platform}）。',
  '{program} is there: {version}.': '{program}があります：{version}。',
  '{program} is not installed.': '{program}がインストールされていません。',
  'The agent may capture packets.': 'エージェントはパケットをキャプチャできます。',
  'The agent lacks {capabilities:list}; its systemd unit grants what it needs.':
    'エージェントに{capabilities}がありません。systemdユニットで起動すると付与されます。',
  'No interface puts packets together.': 'パケットを結合するインターフェースはありません。',
  'Packets of a TCP connection that come in by {interfaces:list} may be captured put together to one (GRO, LRO); they are counted.':
    '{interfaces}で受信するTCPパケットは、1つに結合された状態でキャプチャされることがあります（GRO、LRO）。その数は記録されます。',
  'The clock is synchronised.': '時計は同期しています。',
  'The clock is not synchronised; times of packets are corrected by what the server measures.':
    '時計が同期していません。パケットの時刻はサーバーの測定値で補正します。',
  'Whether the clock is synchronised cannot be told here; times of packets are corrected by what the server measures.':
    '時計の同期を確認できません。パケットの時刻はサーバーの測定値で補正します。',
  '{mib} MiB of memory are available.': 'メモリーの空きは{mib} MiBです。',
  'Only {mib} MiB of memory are available; captures of whole packets may lose some.':
    'メモリーの空きが{mib} MiBしかありません。パケット全体のキャプチャでは一部が失われることがあります。',
  'The kernel has room for bursts of packets.': 'カーネルにはバースト用の十分なバッファーがあります。',
  'The kernel holds back {kib} KiB of a burst of packets at the most; beyond it some are lost, and counted.':
    'カーネルがバースト時に保持できるのは最大{kib} KiBです。超えた分は失われ、その数は記録されます。',
  'Firewall rules of the server are allowed.': 'サーバーからのファイアウォールルールを許可しています。',
  'Firewall rules are not allowed (firewall.enabled is false).': 'ファイアウォールルールを許可していません（firewall.enabledがfalse）。',
  'nftables logs packets and tcpdump reads them.': 'nftablesの記録をtcpdumpで読み取れます。',
  'The kernel removes our rules when the agent dies.': 'エージェントが終了すると、カーネルがルールを削除します。',
  'Rules of captures and of the firewall stay when the agent is killed, until its next start (Linux before 5.12, nftables before 1.0).':
    'エージェントが強制終了されると、キャプチャとファイアウォールのルールは次の起動まで残ります（Linux 5.12未満、nftables 1.0未満）。',
  'Captures by nftables do not work: {reason}': 'nftablesによるキャプチャが動作しません：{reason}',
}

const firewall: Phrases = {
  'its time is over': '期限が来ました',
  'its time was over while the server was stopped': 'サーバーの停止中に期限が来ました',
  'it is calm: fewer than {rate} packets a second for {seconds} s': '収束：{rate}パケット/秒を下回る状態が{seconds}秒継続',
  'the firewall was stopped: {why}': 'ファイアウォールの停止：{why}',
  'the firewall is stopped: no rule can be made until somebody resumes': 'ファイアウォールは停止中です。再開するまでルールを作成できません',
  'the firewall is stopped by {who} since {time}: {why}; resume it first':
    'ファイアウォールは{who}により{time}から停止中です：{why}。先に再開してください',
  '{count} rules are there, which is the most (firewall.max_rules); withdraw one first':
    'ルールが上限の{count}件あります（firewall.max_rules）。先に1件取り下げてください',
  'the filters of all rules together are too long for an agent; withdraw a rule first, or make this one shorter':
    '全ルールのフィルターが長すぎます。先に1件取り下げるか、このフィルターを短くしてください',
  'it has done nothing else so far, there is nothing to undo': 'まだ変更されていないため、元に戻すものがありません',
  'what is withdrawn stays so; make a new rule': '取り下げたルールは元に戻せません。新規ルールを作成してください',
  'a rule counts for {seconds} s before it may drop (firewall.count_seconds); wait {left} s, or force it':
    '破棄の前に{seconds}秒カウントする必要があります（firewall.count_seconds）。あと{left}秒待つか、待たずに適用してください',
  '{wide:text}; name at least a port, a prefix, a length or the like in each part of the filter, or force it':
    '{wide}。フィルターの各部分でポート、プレフィックス、長さなどを1つ以上指定するか、それでも適用してください',
  'every packet matches': '全パケットに一致します',
  'nearly every packet of a protocol or an IP version matches': 'あるプロトコルまたはIPバージョンのほぼ全パケットに一致します',
  '{wide:text}: it can count, and drops only when it is forced to': '{wide}。カウントはできますが、破棄には強制が必要です',
  'a rule stays {hours} hours at the most (firewall.max_lifetime_hours); it can be extended later':
    'ルールの有効期間は最長{hours}時間です（firewall.max_lifetime_hours）。後で延長できます',
  'no packet can match: its conditions exclude each other': '条件が矛盾しているため、どのパケットにも一致しません',
  'no agent is enrolled there; run drawbridge agent enroll on an edge host':
    'そこにエージェントが登録されていません。エッジホストでdrawbridge agent enrollを実行してください',
  'no agent is connected there; on their hosts run systemctl start drawbridge-agent':
    'そこに接続中のエージェントがありません。ホストでsystemctl start drawbridge-agentを実行してください',
  '{agent} is not connected: it gets the rule when it comes': '{agent}は未接続です。接続した時点でルールを受け取ります',
  '{agent} has no nftables: install the package nftables there':
    '{agent}にnftablesがありません。パッケージnftablesをインストールしてください',
  '{agent} has no interface {interface}': '{agent}にインターフェース{interface}がありません',
  'the owner of this host allows no firewall rules; to allow them: set firewall.enabled to true in /etc/drawbridge/agent.yaml there, then systemctl restart drawbridge-agent':
    'このホストではファイアウォールルールが許可されていません。許可するには、ホストの/etc/drawbridge/agent.yamlでfirewall.enabledをtrueにし、systemctl restart drawbridge-agentを実行してください',
  "TCP port {port} (SSH) of the agents' hosts": 'エージェントのホストのTCPポート{port}（SSH）',
  "TCP port {port} of the agents' hosts": 'エージェントのホストのTCPポート{port}',
  "BGP of the agents' hosts (TCP port 179)": 'エージェントのホストのBGP（TCPポート179）',
  'IPv6 neighbour and listener discovery': 'IPv6の近隣探索とリスナー探索',
  "OSPF, PIM, VRRP and IGMP of the agents' hosts": 'エージェントのホストのOSPF、PIM、VRRP、IGMP',
  "BFD of the agents' hosts": 'エージェントのホストのBFD',
  "Name service of the agents' hosts": 'エージェントのホストの名前解決',
  "DHCP of the agents' hosts": 'エージェントのホストのDHCP',
  'Protected networks are spared, as source and as destination: {prefixes:list}':
    '保護対象のネットワークは、送信元・宛先のどちらでも対象外です：{prefixes}',
}

export const edgePhrases: readonly Phrases[] = [captures, buckets, hosts, firewall]
