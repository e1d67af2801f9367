// OPNsense: its own NetFlow export, set up in the web page.
import type { RouterGuide } from '../guide.ts'

export const opnsenseGuide: RouterGuide = {
  id: 'opnsense',
  title: 'OPNsense',
  names: ['OPNsense', 'Deciso', 'ng_netflow', 'FreeBSD'],
  variants: [
    {
      id: 'netflow',
      title: 'OPNsense',
      protocols: ['netflow9', 'netflow5'],
      samples: [],
      software: true,
      interfaces: ['WAN'],
      parts: [
        {
          title: 'Set up',
          kind: 'clicks',
          where: 'Reporting > NetFlow > Capture',
          lines: [
            { text: 'Listening interfaces: {interface}', why: 'Counts what enters and leaves there.', each: 'interface' },
            {
              text: 'WAN interfaces: WAN',
              why: 'Where addresses are translated, what enters is counted inside already: without this it counts twice. Leave it empty when WAN is your only interface here.',
            },
            { text: 'Version: v{version}', why: 'v9 has IPv6, v5 has not.' },
            { text: 'Destinations: {collector_port}', why: 'Where it sends.' },
            {
              text: 'Active Timeout: {active}',
              why: 'With "advanced mode" on. Seconds after which a flow that lasts is told of. By default it is 30 minutes.',
            },
            { text: 'Inactive Timeout: {inactive}', why: 'Seconds of silence after which a flow is over.' },
            { text: 'Apply', why: 'It starts at once.' },
          ],
        },
      ],
      verify: [
        { text: 'Reporting > NetFlow > Cache', why: 'Flows and packets of each interface grow.' },
        {
          text: 'tcpdump -nni any -c 3 udp dst port {port}',
          why: 'In a shell of the firewall: shows the first three datagrams as they leave.',
        },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'clicks',
          where: 'Reporting > NetFlow > Capture',
          lines: [{ text: 'Clear all: empty Listening interfaces and Destinations, then Apply', why: 'Nothing is exported any more.' }],
        },
      ],
      notes: [
        {
          text: 'Older versions have no fields for the timeouts: they tell of a flow that lasts after 30 minutes. A rule of one minute is late by that. Update, or watch by another exporter.',
        },
        { text: 'Capture local may stay off: it is for the reports of OPNsense itself.' },
        { text: 'It cannot sample.' },
      ],
      troubles: [
        { step: 'datagrams', text: 'A destination is an address with a port.', command: 'tcpdump -nni any -c 3 udp dst port {port}' },
        {
          step: 'once',
          text: 'Ingress and egress of one connection are two flows where addresses are translated: name WAN under WAN interfaces (older versions: Egress only).',
        },
        { step: 'clock', text: 'Services > Network Time must be on.', command: 'ntpq -pn' },
      ],
    },
  ],
  sources: [
    'https://docs.opnsense.org/manual/netflow.html',
    'https://github.com/opnsense/core (Diagnostics/Netflow.xml, forms/netflow_capture.xml)',
  ],
}
