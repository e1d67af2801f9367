// Open vSwitch: sFlow, IPFIX and NetFlow v5 of a bridge.
import type { GuideLine, GuidePart, GuideVariant, RouterGuide } from '../guide.ts'

const sflow: readonly GuideLine[] = [
  {
    text: `ovs-vsctl -- --id=@s create sflow targets='"{collector_port}"' header=128 sampling={sampling} polling=20 -- set bridge {interface} sflow=@s`,
    why: 'Samples one packet in {sampling} of all that enter the bridge, and says so.',
    when: { protocols: ['sflow5'], router: false },
    each: 'interface',
  },
  {
    text: `ovs-vsctl -- --id=@s create sflow agent='"{router}"' targets='"{collector_port}"' header=128 sampling={sampling} polling=20 -- set bridge {interface} sflow=@s`,
    why: 'Samples one packet in {sampling} of all that enter the bridge, and says so. agent is the address that names the switch in sFlow.',
    when: { protocols: ['sflow5'], router: true },
    each: 'interface',
  },
]

const commands: GuidePart = {
  title: 'Export what crosses the bridge',
  kind: 'commands',
  where: 'a root shell',
  lines: [
    ...sflow,
    {
      text: `ovs-vsctl -- --id=@n create netflow targets='"{collector_port}"' active-timeout={active} -- set bridge {interface} netflow=@n`,
      why: 'Tells of every flow of the bridge, every {active} s while it lasts and shortly after its end.',
      when: { protocols: ['netflow5'] },
      each: 'interface',
    },
    {
      text: `ovs-vsctl -- --id=@i create ipfix targets='"{collector_port}"' sampling={sampling} cache_active_timeout={active} cache_max_flows=10000 other_config:enable-output-sampling=true -- set bridge {interface} ipfix=@i`,
      why: 'Samples one packet in {sampling}, multiplies by {sampling}, and sends a record after {active} s.',
      when: { protocols: ['ipfix'] },
      each: 'interface',
    },
  ],
}

export const openVswitchVariant: GuideVariant = {
  id: 'open-vswitch',
  title: 'Open vSwitch',
  protocols: ['sflow5', 'ipfix', 'netflow5'],
  samples: ['sflow5', 'ipfix'],
  collectors: ['ipv4', 'ipv6'],
  // IPFIX records wait for the end of the cache's timeout; NetFlow's end a second or so after the last packet.
  timeouts: { active: 60, inactive: 60 },
  interfaces: ['br0'],
  parts: [commands],
  verify: [
    { text: 'ovs-vsctl list sflow', why: 'Must show your collector under targets.', when: { protocols: ['sflow5'] } },
    { text: 'ovs-vsctl list ipfix', why: 'Must show your collector under targets.', when: { protocols: ['ipfix'] } },
    { text: 'ovs-vsctl list netflow', why: 'Must show your collector under targets.', when: { protocols: ['netflow5'] } },
    { text: 'tcpdump -nni any -c 3 udp dst port {port}', why: 'Shows the first three datagrams as they leave.' },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        {
          text: 'ovs-vsctl clear bridge {interface} sflow',
          why: 'The bridge samples no more.',
          when: { protocols: ['sflow5'] },
          each: 'interface',
        },
        {
          text: 'ovs-vsctl clear bridge {interface} ipfix',
          why: 'The bridge samples no more.',
          when: { protocols: ['ipfix'] },
          each: 'interface',
        },
        {
          text: 'ovs-vsctl clear bridge {interface} netflow',
          why: 'The bridge tells of its flows no more.',
          when: { protocols: ['netflow5'] },
          each: 'interface',
        },
      ],
    },
  ],
  notes: [
    { text: 'Open vSwitch keeps this in its database: it is still there after a reboot.' },
    { text: 'The datagrams leave by the route of the machine, not by the bridge: the machine itself must reach {collector}.' },
    { text: 'Bytes include the 14 of the Ethernet header.', when: { protocols: ['netflow5'] } },
    { text: 'It exports every packet of IPv4 and nothing of IPv6.', when: { protocols: ['netflow5'] } },
    {
      text: 'IPFIX of Open vSwitch is multiplied by its rate already and tells no rate: leave the rate of this router at 1.',
      when: { protocols: ['ipfix'] },
    },
    {
      text: 'A packet is sampled where it enters and again where it leaves, which counts it twice. Open vSwitch 3.1 takes enable-output-sampling the wrong way round: true switches that off. Where the flows are twice the traffic, set it to false.',
      when: { protocols: ['ipfix'] },
    },
  ],
  troubles: [
    { step: 'datagrams', text: 'The bridge must point to its exporter.', command: 'ovs-vsctl list bridge {interface}' },
    {
      step: 'datagrams',
      text: 'Without a route to the collector it finds no agent address and sends no sFlow.',
      command: 'ip route get {collector}',
      when: { protocols: ['sflow5'] },
    },
    { step: 'sampling', text: 'No rate is told, and none is needed: the counts are multiplied already.', when: { protocols: ['ipfix'] } },
    {
      step: 'once',
      text: 'One bridge exports once: clear the other kinds.',
      command: 'ovs-vsctl --columns=name,sflow,netflow,ipfix list bridge',
    },
    {
      step: 'address',
      text: 'agent is an address or an interface of this machine.',
      command: 'ovs-vsctl list sflow',
      when: { protocols: ['sflow5'] },
    },
  ],
}

export const openVswitchGuide: RouterGuide = {
  id: 'open-vswitch',
  title: 'Open vSwitch',
  names: ['OVS', 'OpenStack', 'KVM', 'hypervisor'],
  variants: [openVswitchVariant],
  sources: ['run by the tests', 'ovs-vswitchd.conf.db(5)'],
}
