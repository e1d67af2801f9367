// What the guide of Proxmox VE says, in Japanese; the sentences are written in setup/config/guides/proxmox.ts.
import type { Phrases } from '../../../phrases.ts'

export const proxmoxPhrases: Phrases = {
  'Name the port that the bridge has to the outside (ip link show master vmbr0): what leaves or reaches the host crosses it.':
    'ブリッジの外側のポートを指定します（ip link show master vmbr0で確認できます）。ホストに出入りするパケットはここを通ります。',
  'What two guests of one host say to each other does not cross it. For that name their tap interfaces too, as tap100i0: then what leaves the host is counted twice.':
    '同じホストのゲスト間の通信はここを通りません。それも監視するには、tap100i0などのtapインターフェースも指定します。その場合、ホストから出ていくパケットは2重に数えられます。',
  'Only bridges of the type OVS Bridge are known to ovs-vsctl (ovs-vsctl list-br). Others are Linux bridges: take that variant.':
    'ovs-vsctlで扱えるのは、種類がOVS Bridgeのブリッジだけです（ovs-vsctl list-brで確認できます）。それ以外はLinuxブリッジなので、Linuxブリッジ用の設定を選んでください。',
  'Proxmox VE with Linux bridges': 'Proxmox VEのLinuxブリッジ',
  'Proxmox VE with Open vSwitch': 'Proxmox VEのOpen vSwitch',
}
