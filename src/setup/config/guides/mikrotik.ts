// MikroTik RouterOS 7 and 6: Traffic Flow.
import type { GuideLine, GuidePart, GuideText, GuideTrouble, GuideVariant, RouterGuide } from '../guide.ts'

const terminal = 'a terminal of the router: SSH, or New Terminal in WinBox'

const target: readonly GuideLine[] = (['netflow9', 'ipfix', 'netflow5'] as const).flatMap((protocol): GuideLine[] => {
  const version = { netflow9: '9', ipfix: 'ipfix', netflow5: '5' }[protocol]
  const refresh = protocol === 'netflow5' ? '' : ' v9-template-refresh=20 v9-template-timeout=1m'
  const add = `/ip traffic-flow target add dst-address={collector} port={port} version=${version}${refresh}`
  const why =
    protocol === 'netflow5' ? 'The machine that runs Drawbridge.' : 'The machine that runs Drawbridge, with templates every minute.'
  return [
    {
      text: add,
      why: `${why} It sends from the address of the interface that leads there.`,
      when: { protocols: [protocol], router: false },
    },
    {
      text: `${add} src-address={router}`,
      why: `${why} src-address is the sender: register it.`,
      when: { protocols: [protocol], router: true },
    },
  ]
})

const undo: readonly GuidePart[] = [
  {
    title: 'Take it back',
    kind: 'commands',
    where: terminal,
    lines: [
      { text: '/ip traffic-flow target remove [find dst-address={collector}]', why: 'Nothing is sent there any more.' },
      { text: '/ip traffic-flow set enabled=no', why: 'Unless another target still needs it.' },
    ],
  },
]

const verify: readonly GuideLine[] = [
  { text: '/ip traffic-flow print', why: 'What is set.' },
  { text: '/ip traffic-flow target print detail', why: 'Where it sends to.' },
  { text: '/tool sniffer quick ip-address={collector} port={port}', why: 'The datagrams as they leave; Ctrl+C ends it.' },
]

const notes: readonly GuideText[] = [
  {
    text: 'Only packets that the processor forwards are counted: what a switch chip or a bridge with hardware offload passes on is not seen.',
  },
  {
    text: 'An interface counts what it receives and what it sends: name the outer interface only, or all of them, not two ends of one path.',
  },
  { text: 'A full cache drops flows: raise cache-entries where memory allows it.' },
]

const troubles: readonly GuideTrouble[] = [
  {
    step: 'datagrams',
    text: 'An output rule of the firewall drops them, or the route to the collector is missing.',
    command: '/tool sniffer quick ip-address={collector} port={port}',
  },
  {
    step: 'registered',
    text: 'It sends from the address of the interface towards the collector, unless src-address is set on the target.',
    command: '/ip traffic-flow target print detail',
  },
  { step: 'templates', text: 'v9-template-timeout=1m is missing on the target.', command: '/ip traffic-flow target print detail' },
  { step: 'clock', text: 'The NTP client is off.', command: '/system ntp client print' },
  {
    step: 'once',
    text: 'A second target sends to the same collector, or interfaces=all with tunnels counts inner and outer packets.',
    command: '/ip traffic-flow target print',
  },
]

const plain = '/ip traffic-flow set enabled=yes interfaces={interfaces} active-flow-timeout={active}s inactive-flow-timeout={inactive}s'
const plainWhy = 'Switches it on. The default active timeout of 30 minutes makes peaks that never were.'

const version7: GuideVariant = {
  id: '7',
  title: 'MikroTik RouterOS 7',
  protocols: ['ipfix', 'netflow9', 'netflow5'],
  samples: ['ipfix', 'netflow9'],
  software: true,
  collectors: ['ipv4'],
  interfaces: ['ether1'],
  parts: [
    {
      title: 'Traffic Flow',
      kind: 'commands',
      where: terminal,
      lines: [
        { text: `${plain} packet-sampling=no`, why: plainWhy, when: { sampled: false } },
        {
          text: `${plain} packet-sampling=yes sampling-interval=1 sampling-space={skipped}`,
          why: `${plainWhy} 1 packet is looked at, {skipped} are left out.`,
          when: { sampled: true },
        },
        ...target,
      ],
    },
  ],
  verify,
  undo,
  notes: [...notes, { text: 'Packet sampling needs 7.1; releases before 7.10 may tell a wrong rate.', when: { sampled: true } }],
  troubles: [
    ...troubles,
    {
      step: 'sampling',
      text: 'Where the rate that arrives is not {sampling}, update RouterOS, or switch packet-sampling off.',
      command: '/ip traffic-flow print',
      when: { sampled: true },
    },
  ],
}

export const mikrotikGuide: RouterGuide = {
  id: 'mikrotik',
  title: 'MikroTik RouterOS',
  names: ['MikroTik', 'RouterOS', 'RouterBOARD', 'CCR', 'CRS', 'CHR', 'hEX', 'Traffic Flow'],
  variants: [
    version7,
    {
      id: '6',
      title: 'MikroTik RouterOS 6',
      protocols: ['netflow9', 'ipfix', 'netflow5'],
      samples: [],
      software: true,
      collectors: ['ipv4'],
      interfaces: ['ether1'],
      parts: [{ title: 'Traffic Flow', kind: 'commands', where: terminal, lines: [{ text: plain, why: plainWhy }, ...target] }],
      verify,
      undo,
      notes: [
        ...notes,
        { text: 'Old releases name the collector `address=ADDRESS:PORT` in place of dst-address and port, and have no IPFIX.' },
      ],
      troubles: [
        ...troubles,
        { step: 'sampling', text: 'RouterOS 6 looks at every packet, whatever rate it tells: set 1 on the router in Drawbridge.' },
      ],
    },
  ],
  sources: [
    'https://help.mikrotik.com/docs/display/ROS/Traffic+Flow',
    'https://www.plixer.com/university/library/exporter-configurations/mikrotik',
  ],
}
