// Palo Alto Networks firewalls: NetFlow v9 by the web pages.
import type { RouterGuide } from '../guide.ts'

export const paloaltoGuide: RouterGuide = {
  id: 'paloalto',
  title: 'Palo Alto Networks',
  names: ['Palo Alto', 'PAN-OS', 'PA-Series', 'VM-Series'],
  variants: [
    {
      id: 'pan-os',
      title: 'Palo Alto Networks PAN-OS',
      protocols: ['netflow9'],
      samples: [],
      collectors: ['ipv4', 'ipv6', 'name'],
      interfaces: ['ethernet1/1'],
      parts: [
        {
          title: 'Server profile',
          kind: 'clicks',
          where: 'Device > Server Profiles > NetFlow > Add',
          lines: [
            { text: 'Name: drawbridge', why: 'Interfaces name it.' },
            {
              text: 'Template Refresh Rate: 1 minute, 20 packets',
              why: 'Nothing can be read before the first template, and the default is 30 minutes.',
            },
            { text: 'Active Timeout: 1 minute', why: 'Long sessions are told of every minute; the default is 5.' },
            { text: 'PAN-OS Field Types: off', why: 'Fields that nobody else knows are left out.' },
            { text: 'Servers > Add: Name drawbridge, NetFlow Server {collector}, Port {port}', why: 'The machine that runs Drawbridge.' },
          ],
        },
        {
          title: 'Interfaces',
          kind: 'clicks',
          where: 'Network > Interfaces',
          lines: [
            {
              text: '{interface}: NetFlow Profile drawbridge',
              why: 'Each interface that is watched: flows that come in by it.',
              each: 'interface',
            },
            { text: 'Commit', why: 'Now it is in force.' },
          ],
        },
      ],
      verify: [
        {
          text: 'tcpdump filter "host {collector} and port {port}"',
          why: 'On the CLI: catches what leaves by the management port; Ctrl+C ends it. For a data port: Monitor > Packet Capture.',
        },
        { text: 'view-pcap mgmt-pcap mgmt.pcap', why: 'Shows what it caught.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'clicks',
          where: 'Network > Interfaces, then Device > Server Profiles > NetFlow',
          lines: [
            { text: '{interface}: NetFlow Profile None', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: 'Delete the server profile drawbridge', why: 'Nothing is sent any more.' },
            { text: 'Commit' },
          ],
        },
      ],
      notes: [
        {
          text: 'It sends from the management interface unless a service route says otherwise: Device > Setup > Services > Service Route Configuration > NetFlow.',
        },
        { text: 'It looks at every packet and knows no sampling. Members of an aggregate cannot be watched, the aggregate can.' },
        { text: 'Interface numbers follow its own scheme and change with the number of interfaces.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The service route of NetFlow points to an interface that does not reach the collector, or nothing was committed.',
        },
        {
          step: 'registered',
          text: 'It sends from the address of its service route, by default that of the management interface: register it.',
        },
        { step: 'templates', text: 'The template refresh rate is 30 minutes unless it is set to 1.' },
        { step: 'clock', text: 'The firewall has no NTP server: Device > Setup > Services > NTP.', command: 'show ntp' },
        { step: 'once', text: 'Two firewalls of an active/active pair, or inner and outer interfaces, tell of the same sessions.' },
      ],
    },
  ],
  sources: [
    'https://docs.paloaltonetworks.com/pan-os/10-1/pan-os-web-interface-help/device/device-server-profiles-netflow',
    'https://docs.paloaltonetworks.com/content/techdocs/en_US/pan-os/9-1/pan-os-admin/monitoring/netflow-monitoring/netflow-templates.html',
  ],
}
