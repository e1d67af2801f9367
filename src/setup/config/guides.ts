// The guides of all routers and exporters, alphabetical by id.
import type { RouterGuideSummary, RouterGuideVariant } from '../../contract/router-config.ts'
import type { GuideVariant, RouterGuide } from './guide.ts'
import { aristaGuide } from './guides/arista.ts'
import { ciscoAsaGuide } from './guides/cisco-asa.ts'
import { ciscoIosGuide } from './guides/cisco-ios.ts'
import { ciscoIosXrGuide } from './guides/cisco-ios-xr.ts'
import { ciscoMerakiGuide } from './guides/cisco-meraki.ts'
import { ciscoNexusGuide } from './guides/cisco-nexus.ts'
import { extremeExosGuide } from './guides/extreme-exos.ts'
import { fortinetGuide } from './guides/fortinet.ts'
import { fprobeGuide } from './guides/fprobe.ts'
import { hpeArubaCxGuide } from './guides/hpe-aruba-cx.ts'
import { hsflowdGuide } from './guides/hsflowd.ts'
import { huaweiGuide } from './guides/huawei.ts'
import { iptNetflowGuide } from './guides/ipt-netflow.ts'
import { juniperExGuide } from './guides/juniper-ex.ts'
import { juniperMxGuide } from './guides/juniper-mx.ts'
import { juniperSrxGuide } from './guides/juniper-srx.ts'
import { linuxPmacctdGuide } from './guides/linux-pmacctd.ts'
import { linuxUacctdGuide } from './guides/linux-uacctd.ts'
import { mikrotikGuide } from './guides/mikrotik.ts'
import { nokiaSrlinuxGuide } from './guides/nokia-srlinux.ts'
import { nokiaSrosGuide } from './guides/nokia-sros.ts'
import { nvidiaCumulusGuide } from './guides/nvidia-cumulus.ts'
import { openVswitchGuide } from './guides/open-vswitch.ts'
import { openwrtGuide } from './guides/openwrt.ts'
import { opnsenseGuide } from './guides/opnsense.ts'
import { paloaltoGuide } from './guides/paloalto.ts'
import { pfsenseGuide } from './guides/pfsense.ts'
import { proxmoxGuide } from './guides/proxmox.ts'
import { softflowdGuide } from './guides/softflowd.ts'
import { ubiquitiEdgeosGuide } from './guides/ubiquiti-edgeos.ts'
import { vyosGuide } from './guides/vyos.ts'

export const routerGuides: readonly RouterGuide[] = [
  aristaGuide,
  ciscoAsaGuide,
  ciscoIosGuide,
  ciscoIosXrGuide,
  ciscoMerakiGuide,
  ciscoNexusGuide,
  extremeExosGuide,
  fortinetGuide,
  fprobeGuide,
  hpeArubaCxGuide,
  hsflowdGuide,
  huaweiGuide,
  iptNetflowGuide,
  juniperExGuide,
  juniperMxGuide,
  juniperSrxGuide,
  linuxPmacctdGuide,
  linuxUacctdGuide,
  mikrotikGuide,
  nokiaSrlinuxGuide,
  nokiaSrosGuide,
  nvidiaCumulusGuide,
  openVswitchGuide,
  openwrtGuide,
  opnsenseGuide,
  paloaltoGuide,
  pfsenseGuide,
  proxmoxGuide,
  softflowdGuide,
  ubiquitiEdgeosGuide,
  vyosGuide,
]

/** The list as the page and the API show it. */
export function guideSummaries(): RouterGuideSummary[] {
  return routerGuides.map(({ id, title, names, variants }) => ({ id, title, names, variants: variants.map(variantSummary) }))
}

function variantSummary({ id, title, protocols, interfaces, samples }: GuideVariant): RouterGuideVariant {
  return { id, title, protocols, interfaces, samples }
}
