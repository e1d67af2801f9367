// Proxmox VE: softflowd on its Linux bridges' ports, or the export of Open vSwitch bridges.
import type { RouterGuide } from '../guide.ts'
import { openVswitchVariant } from './open-vswitch.ts'
import { softflowdVariant } from './softflowd.ts'

export const proxmoxGuide: RouterGuide = {
  id: 'proxmox',
  title: 'Proxmox VE',
  names: ['Proxmox', 'PVE', 'hypervisor', 'KVM', 'vmbr0'],
  variants: [
    {
      ...softflowdVariant,
      id: 'linux-bridge',
      title: 'Proxmox VE with Linux bridges',
      interfaces: ['eno1'],
      notes: [
        {
          text: 'Name the port that the bridge has to the outside (ip link show master vmbr0): what leaves or reaches the host crosses it.',
        },
        {
          text: 'What two guests of one host say to each other does not cross it. For that name their tap interfaces too, as tap100i0: then what leaves the host is counted twice.',
        },
        ...softflowdVariant.notes,
      ],
    },
    {
      ...openVswitchVariant,
      title: 'Proxmox VE with Open vSwitch',
      interfaces: ['vmbr0'],
      notes: [
        {
          text: 'Only bridges of the type OVS Bridge are known to ovs-vsctl (ovs-vsctl list-br). Others are Linux bridges: take that variant.',
        },
        ...openVswitchVariant.notes,
      ],
    },
  ],
  sources: ['run by the tests on Debian, on which Proxmox VE is built', 'ovs-vswitchd.conf.db(5)', 'softflowd(8)'],
}
