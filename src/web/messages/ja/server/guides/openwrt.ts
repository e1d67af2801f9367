// What the guide of OpenWrt says, in Japanese; the sentences are written in setup/config/guides/openwrt.ts.
import type { Phrases } from '../../../phrases.ts'

export const openwrtPhrases: Phrases = {
  'a root shell of the router (ssh)': 'ルーターでのrootのシェル（ssh）',
  'Before OpenWrt 25. From there on: apk update.': 'OpenWrt 25より前。25以降はapk updateです。',
  'From OpenWrt 25 on: apk add softflowd.': 'OpenWrt 25以降はapk add softflowdです。',
  'A softflowd of its own for {interface}. The one that the package brings stays off.':
    '{interface}専用のsoftflowd。パッケージ付属の設定は無効のままにします。',
  'On.': '有効にします。',
  'The device where it looks, as ip link names it. It counts both directions.':
    '監視するデバイス。ip linkで表示される名前です。両方向を数えます。',
  'Every flow is told of within {active} s. By default a long one waits for a week.':
    'すべてのフローを{active}秒以内に送信します。既定では、長いフローは1週間送信されません。',
  'IPv6 as well.': 'IPv6も対象にします。',
  'Each softflowd needs its own.': 'softflowdごとに別のファイルが必要です。',
  'For softflowctl, which shows what it counts.': '計数の状況を表示するsoftflowctl用。',
  'Writes it to /etc/config/softflowd.': '/etc/config/softflowdに書き込みます。',
  'Nor after a reboot.': '再起動後も停止したままにします。',
  'Forgets the settings.': '設定を削除します。',
  'Writes that.': '削除を書き込みます。',
  'The device towards the provider is wan, eth0.2, eth1 or pppoe-wan: ip link shows it. There, what your devices send carries the address of the router. On br-lan it carries their own.':
    'プロバイダー側のデバイスはwan、eth0.2、eth1、pppoe-wanのどれかで、ip linkで確認できます。そこでは、端末が送信したパケットの送信元はルーターのアドレスになります。br-lanでは端末自身のアドレスです。',
  "The package's own section has sampling_rate 100: edit it and only one packet in 100 is looked at.":
    'パッケージ付属のセクションにはsampling_rate 100があります。それを編集して使うと、100パケットに1個しか見ません。',
  'Flow offloading takes packets past softflowd: switch software and hardware offloading off in the firewall settings, or flows end after their first packets.':
    'フローオフロードを使うと、パケットがsoftflowdを通りません。ファイアウォールの設定でソフトウェアとハードウェアのオフロードを無効にしてください。無効にしないと、フローが最初の数パケットで終わります。',
  'It must run; the log says what it could not do.': '動作している必要があります。エラーはログで確認できます。',
  'tracking_level must be full, or left out.': 'tracking_levelはfullにするか、省略してください。',
  'A router without a clock of its own needs NTP after each start.': '時計を内蔵していないルーターでは、起動のたびにNTPが必要です。',
  'Two sections for one device, or for wan and br-lan, count the same packets twice.':
    '1つのデバイスに2つのセクションがあるか、wanとbr-lanの両方を監視すると、同じパケットを2重に数えます。',
  'OpenWrt with softflowd': 'OpenWrtのsoftflowd',
}
