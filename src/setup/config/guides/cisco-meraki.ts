// Cisco Meraki MX and Z: NetFlow v9 by the dashboard.
import type { RouterGuide } from '../guide.ts'

const menu = 'the Meraki dashboard: Network-wide > General > Reporting'

export const ciscoMerakiGuide: RouterGuide = {
  id: 'cisco-meraki',
  title: 'Cisco Meraki',
  names: ['Cisco', 'Meraki', 'MX', 'Z3', 'Z4'],
  variants: [
    {
      id: 'mx',
      title: 'Cisco Meraki MX and Z',
      protocols: ['netflow9'],
      samples: [],
      collectors: ['ipv4'],
      interfaces: [],
      parts: [
        {
          title: 'NetFlow',
          kind: 'clicks',
          where: menu,
          lines: [
            { text: 'NetFlow traffic reporting: Enabled: send NetFlow traffic statistics', why: 'Switches it on.' },
            { text: 'NetFlow collector IP: {collector}', why: 'The machine that runs Drawbridge.' },
            { text: 'NetFlow collector port: {port}' },
            { text: 'Save', why: 'The appliance takes it over within a few minutes.' },
          ],
        },
      ],
      verify: [{ text: 'Network-wide > Packet capture: udp port {port}', why: 'In the dashboard: the datagrams as they leave.' }],
      undo: [
        {
          title: 'Take it back',
          kind: 'clicks',
          where: menu,
          lines: [{ text: 'NetFlow traffic reporting: Disabled', why: 'Nothing is sent any more.' }, { text: 'Save' }],
        },
      ],
      notes: [
        { text: 'Timeouts, fields and interfaces cannot be chosen: a long flow may be told of later than after a minute.' },
        { text: 'It sees what passes the appliance, not what a switch keeps within a VLAN.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The appliance has not fetched its settings yet, or the collector is not reached from its VLANs or VPN.',
        },
        { step: 'registered', text: 'It sends from the address of the VLAN or uplink towards the collector: register that one.' },
        { step: 'once', text: 'Two appliances on one path tell of the same flows.' },
      ],
    },
  ],
  sources: ['Meraki Dashboard API, the NetFlow settings of a network', 'Meraki dashboard, Network-wide > General'],
}
