// pfSense: its package of softflowd, set up in the web page.
import type { RouterGuide } from '../guide.ts'

export const pfsenseGuide: RouterGuide = {
  id: 'pfsense',
  title: 'pfSense',
  names: ['pfSense', 'pfSense Plus', 'Netgate', 'softflowd'],
  variants: [
    {
      id: 'softflowd',
      title: 'pfSense with softflowd',
      protocols: ['ipfix', 'netflow9', 'netflow5'],
      samples: ['ipfix', 'netflow9', 'netflow5'],
      software: true,
      interfaces: ['WAN'],
      parts: [
        {
          title: 'Install',
          kind: 'clicks',
          where: 'System > Package Manager > Available Packages',
          lines: [{ text: 'softflowd: Install, Confirm', why: 'The package adds Services > softflowd.' }],
        },
        {
          title: 'Set up',
          kind: 'clicks',
          where: 'Services > softflowd',
          lines: [
            { text: 'Enable softflowd: Enabled', why: 'Older versions of the package have no such field: they run once a host is set.' },
            { text: 'Interface: {interface}', why: 'Where it looks; several with Ctrl. It counts both directions.', each: 'interface' },
            { text: 'Host: {collector}', why: 'Where it sends. IPv6 without brackets.' },
            { text: 'Port: {port}', why: 'UDP.' },
            { text: 'Sample: {sampling}', why: 'Looks at one packet in {sampling}, and says so.', when: { sampled: true } },
            { text: 'Sample: 0', why: 'Looks at every packet.', when: { sampled: false } },
            { text: 'Netflow version: {version}', why: '5 and 9 are NetFlow, 10 is IPFIX.' },
            { text: 'Flow Tracking Level: Full', why: 'Others leave ports or protocol out.' },
            { text: 'Flow Timestamp Precision: Milliseconds', why: 'With None every flow carries the time of the last boot.' },
            { text: 'General: {inactive}', why: 'Seconds of silence after which a flow is over.' },
            { text: 'Maximum Lifetime: {active}', why: 'Seconds after which a flow that lasts is told of. By default it is a week.' },
            { text: 'Expire Interval: 10', why: 'Looks for them every 10 s.' },
            {
              text: 'TCP, TCP RST, TCP FIN, UDP: {inactive}',
              why: 'The same silence for each protocol: their own defaults are up to an hour.',
            },
            { text: 'Save', why: 'It starts at once.' },
          ],
        },
      ],
      verify: [
        { text: 'Status > Services: softflowd is running', why: 'Its state.' },
        {
          text: 'tcpdump -nni any -c 3 udp dst port {port}',
          why: 'In a shell of the firewall: shows the first three datagrams as they leave, at the latest after {active} s.',
        },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'clicks',
          where: 'System > Package Manager > Installed Packages',
          lines: [{ text: 'softflowd: Remove', why: 'Nothing is exported any more.' }],
        },
      ],
      notes: [
        {
          text: 'On WAN, what your devices send carries the address of the firewall; on LAN it carries their own. One of the two is enough: both count everything twice.',
        },
        {
          text: 'pfSense Plus 24.03 and newer can also export from its state table (Firewall > Packet Flow Data). It tells of a connection when its state ends: long ones come hours late.',
        },
      ],
      troubles: [
        { step: 'datagrams', text: 'The service must run.', command: 'ps ax | grep softflowd' },
        { step: 'timestamps', text: 'Flow Timestamp Precision must not be None.' },
        { step: 'fields', text: 'Flow Tracking Level must be Full.' },
        { step: 'once', text: 'WAN and LAN see the same packets: choose one.' },
        { step: 'clock', text: 'Services > NTP must be on.', command: 'ntpq -pn' },
      ],
    },
  ],
  sources: [
    'https://github.com/pfsense/FreeBSD-ports/tree/devel/net-mgmt/pfSense-pkg-softflowd',
    'https://docs.netgate.com/pfsense/en/latest/firewall/pflow.html',
  ],
}
