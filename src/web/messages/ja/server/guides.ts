// What the guides of routers say, in Japanese: a file a guide, and what several say.
import type { Phrases } from '../../phrases.ts'
import { aristaPhrases } from './guides/arista.ts'
import { ciscoAsaPhrases } from './guides/cisco-asa.ts'
import { ciscoIosPhrases } from './guides/cisco-ios.ts'
import { ciscoIosXrPhrases } from './guides/cisco-ios-xr.ts'
import { ciscoMerakiPhrases } from './guides/cisco-meraki.ts'
import { ciscoNexusPhrases } from './guides/cisco-nexus.ts'
import { extremeExosPhrases } from './guides/extreme-exos.ts'
import { fortinetPhrases } from './guides/fortinet.ts'
import { fprobePhrases } from './guides/fprobe.ts'
import { hpeArubaCxPhrases } from './guides/hpe-aruba-cx.ts'
import { hsflowdPhrases } from './guides/hsflowd.ts'
import { huaweiPhrases } from './guides/huawei.ts'
import { iptNetflowPhrases } from './guides/ipt-netflow.ts'
import { juniperExPhrases } from './guides/juniper-ex.ts'
import { juniperMxPhrases } from './guides/juniper-mx.ts'
import { juniperSrxPhrases } from './guides/juniper-srx.ts'
import { linuxPmacctdPhrases } from './guides/linux-pmacctd.ts'
import { linuxUacctdPhrases } from './guides/linux-uacctd.ts'
import { mikrotikPhrases } from './guides/mikrotik.ts'
import { nokiaSrlinuxPhrases } from './guides/nokia-srlinux.ts'
import { nokiaSrosPhrases } from './guides/nokia-sros.ts'
import { nvidiaCumulusPhrases } from './guides/nvidia-cumulus.ts'
import { openwrtPhrases } from './guides/openwrt.ts'
import { opnsensePhrases } from './guides/opnsense.ts'
import { paloaltoPhrases } from './guides/paloalto.ts'
import { pfsensePhrases } from './guides/pfsense.ts'
import { proxmoxPhrases } from './guides/proxmox.ts'
import { sharedPhrases } from './guides/shared.ts'
import { softflowdPhrases } from './guides/softflowd.ts'
import { ubiquitiEdgeosPhrases } from './guides/ubiquiti-edgeos.ts'
import { vyosPhrases } from './guides/vyos.ts'

export const guidePhrases: Readonly<Record<string, Phrases>> = {
  arista: aristaPhrases,
  'cisco-asa': ciscoAsaPhrases,
  'cisco-ios': ciscoIosPhrases,
  'cisco-ios-xr': ciscoIosXrPhrases,
  'cisco-meraki': ciscoMerakiPhrases,
  'cisco-nexus': ciscoNexusPhrases,
  'extreme-exos': extremeExosPhrases,
  fortinet: fortinetPhrases,
  fprobe: fprobePhrases,
  'hpe-aruba-cx': hpeArubaCxPhrases,
  hsflowd: hsflowdPhrases,
  huawei: huaweiPhrases,
  'ipt-netflow': iptNetflowPhrases,
  'juniper-ex': juniperExPhrases,
  'juniper-mx': juniperMxPhrases,
  'juniper-srx': juniperSrxPhrases,
  'linux-pmacctd': linuxPmacctdPhrases,
  'linux-uacctd': linuxUacctdPhrases,
  mikrotik: mikrotikPhrases,
  'nokia-srlinux': nokiaSrlinuxPhrases,
  'nokia-sros': nokiaSrosPhrases,
  'nvidia-cumulus': nvidiaCumulusPhrases,
  openwrt: openwrtPhrases,
  opnsense: opnsensePhrases,
  paloalto: paloaltoPhrases,
  pfsense: pfsensePhrases,
  proxmox: proxmoxPhrases,
  shared: sharedPhrases,
  softflowd: softflowdPhrases,
  'ubiquiti-edgeos': ubiquitiEdgeosPhrases,
  vyos: vyosPhrases,
}
