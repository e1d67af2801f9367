// Cisco IOS and IOS XE: Flexible NetFlow with the flow record that the published guide has (contract §1.7).
import type { GuideLine, GuidePart, GuideText, GuideTrouble, GuideVariant, RouterGuide } from '../guide.ts'

const exec = 'privileged EXEC mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure terminal', why: 'Goes to configuration mode.' }

/** How a switch or router tells a flow's times: milliseconds since it started, or since 1970. */
const timestamps = {
  uptime: [
    { text: ' collect timestamp sys-uptime first', why: 'When the flow began.' },
    { text: ' collect timestamp sys-uptime last', why: 'When it ended.' },
  ],
  absolute: [
    { text: ' collect timestamp absolute first', why: 'When the flow began; these switches know no sys-uptime here.' },
    { text: ' collect timestamp absolute last', why: 'When it ended.' },
  ],
} as const satisfies Record<string, readonly GuideLine[]>

const samplerField: GuideLine = {
  text: ' collect flow sampler',
  why: 'Number of the sampler: ties the flow to the rate in the sampler table.',
}

function record(family: 'ipv4' | 'ipv6', collected: readonly GuideLine[]): GuidePart {
  return {
    title: family === 'ipv4' ? 'Flow record for IPv4' : 'Flow record for IPv6',
    kind: 'commands',
    where: family === 'ipv4' ? exec : configuration,
    lines: [
      ...(family === 'ipv4' ? [enter] : []),
      { text: `flow record DRAWBRIDGE-${family.toUpperCase()}`, why: 'What is told of each flow.' },
      { text: ` match ${family} protocol`, why: 'match: packets that agree in all of these are one flow.' },
      { text: ` match ${family} source address`, why: 'From whom.' },
      { text: ` match ${family} destination address`, why: 'To whom.' },
      { text: ' match transport source-port', why: 'Ports tell services and attacks apart.' },
      { text: ' match transport destination-port' },
      { text: ' match interface input', why: 'Where it came in.' },
      { text: ' collect transport tcp flags', why: 'collect: told besides. Flags tell a SYN flood from a busy server.' },
      { text: ' collect counter bytes long', why: 'long: 64 bits, which do not wrap.' },
      { text: ' collect counter packets long', why: 'Packets a second count as much as bits.' },
      ...collected,
      { text: 'exit', why: 'Leaves the record.' },
    ],
  }
}

const ownSource: GuideLine = {
  text: ' source {interface}',
  why: 'The address of this interface is the sender. A loopback is better: put its name here.',
}
const vlanSource: GuideLine = {
  text: ' source Vlan1',
  why: 'Its address is the sender: put the interface with the address of the switch here.',
}

function exporter(source: GuideLine): GuidePart {
  return {
    title: 'Exporter',
    kind: 'commands',
    where: configuration,
    lines: [
      { text: 'flow exporter DRAWBRIDGE', why: 'Where flows are sent to.' },
      { text: ' destination {collector}', why: 'The machine that runs Drawbridge.' },
      source,
      { text: ' transport udp {port}', why: 'Its port.' },
      { text: ' export-protocol netflow-v9', why: 'NetFlow v9.', when: { protocols: ['netflow9'] } },
      { text: ' export-protocol ipfix', why: 'IPFIX.', when: { protocols: ['ipfix'] } },
      {
        text: ' template data timeout 60',
        why: 'Templates every minute: nothing can be read before the first, and the default is 30 minutes.',
      },
      { text: ' option interface-table timeout 60', why: 'Names of the interfaces.' },
      { text: ' option sampler-table timeout 60', why: 'Tells the sampling rate.', when: { sampled: true } },
      { text: 'exit', why: 'Leaves the exporter.' },
    ],
  }
}

function monitor(family: 'IPV4' | 'IPV6'): GuideLine[] {
  return [
    { text: `flow monitor DRAWBRIDGE-${family}`, why: 'Ties record and exporter together.' },
    { text: ` record DRAWBRIDGE-${family}` },
    { text: ' exporter DRAWBRIDGE', why: 'To this collector.' },
    {
      text: ' cache timeout active {active}',
      why: 'Long flows are told of this often. The default of 30 minutes makes peaks that never were.',
    },
    { text: ' cache timeout inactive {inactive}', why: 'A flow that is silent for so long is over.' },
    { text: 'exit' },
  ]
}

const monitors: GuidePart = {
  title: 'Monitors',
  kind: 'commands',
  where: configuration,
  lines: [...monitor('IPV4'), ...monitor('IPV6')],
}

const sampler: GuidePart = {
  title: 'Sampler',
  kind: 'commands',
  where: configuration,
  when: { sampled: true },
  lines: [
    { text: 'sampler DRAWBRIDGE', why: 'Looks at some packets only.' },
    { text: ' mode random 1 out-of {sampling}', why: '1 packet in {sampling}, chosen by chance.' },
    { text: 'exit' },
  ],
}

const watches = 'What comes in. With output as well, each packet would count twice.'

function attachment(no: '' | 'no '): GuideLine[] {
  const [first, second, third] =
    no === '' ? ['Each interface that is watched.', watches, 'IPv6 likewise.'] : ['Takes the monitors off.', '', 'IPv6 too.']
  const line = (text: string, why: string, sampled?: boolean): GuideLine => ({
    text,
    why,
    each: 'interface',
    ...(sampled !== undefined && { when: { sampled } }),
  })
  return [
    line('interface {interface}', first),
    line(` ${no}ip flow monitor DRAWBRIDGE-IPV4 sampler DRAWBRIDGE input`, second, true),
    line(` ${no}ipv6 flow monitor DRAWBRIDGE-IPV6 sampler DRAWBRIDGE input`, third, true),
    line(` ${no}ip flow monitor DRAWBRIDGE-IPV4 input`, second, false),
    line(` ${no}ipv6 flow monitor DRAWBRIDGE-IPV6 input`, third, false),
    line('exit', ''),
  ]
}

const applied: GuidePart = { title: 'Interfaces', kind: 'commands', where: configuration, lines: attachment('') }

const saving: GuidePart = {
  title: 'Save',
  kind: 'commands',
  where: configuration,
  lines: [
    { text: 'end', why: 'Leaves configuration mode.' },
    { text: 'write memory', why: 'Keeps it over a restart.' },
  ],
}

const undo: readonly GuidePart[] = [
  {
    title: 'Take it back',
    kind: 'commands',
    where: exec,
    lines: [
      enter,
      ...attachment('no '),
      { text: 'no flow monitor DRAWBRIDGE-IPV4', why: 'In this order: what is in use cannot be removed.' },
      { text: 'no flow monitor DRAWBRIDGE-IPV6' },
      { text: 'no flow exporter DRAWBRIDGE', why: 'Nothing is sent any more.' },
      { text: 'no flow record DRAWBRIDGE-IPV4' },
      { text: 'no flow record DRAWBRIDGE-IPV6', why: 'Both records.' },
      { text: 'no sampler DRAWBRIDGE', why: 'The sampler.', when: { sampled: true } },
    ],
  },
  saving,
]

const verify: readonly GuideLine[] = [
  { text: 'show flow exporter DRAWBRIDGE statistics', why: 'Packets sent must grow; errors name no route or a missing source.' },
  { text: 'show flow interface', why: 'Which interfaces have a monitor.' },
  { text: 'show flow monitor DRAWBRIDGE-IPV4 cache format table', why: 'The flows that it sees now.' },
  { text: 'show sampler DRAWBRIDGE', why: 'The rate in force.', when: { sampled: true } },
]

const notes: readonly GuideText[] = [
  { text: 'A record or sampler that is in use cannot be changed: take the monitor off its interfaces first.' },
  { text: 'Each interface that traffic enters by needs the monitor: what comes in by another one is not seen.' },
  { text: 'IPv6 flows need `ipv6 unicast-routing`; leave the lines with IPV6 out where IPv6 is not routed.' },
]

const ipfixNote: GuideText = {
  text: 'Releases before 15.2(4)M and XE 3.7 know no IPFIX: use NetFlow v9 there.',
  when: { protocols: ['ipfix'] },
}

const troubles: readonly GuideTrouble[] = [
  {
    step: 'datagrams',
    text: 'The source interface needs an address and must be up. A collector behind a VRF needs `destination {collector} vrf NAME`.',
    command: 'show flow exporter DRAWBRIDGE statistics',
  },
  {
    step: 'registered',
    text: 'The router sends from the address of the interface named by `source`: register that one.',
    command: 'show flow exporter DRAWBRIDGE',
  },
  {
    step: 'templates',
    text: 'Templates come every 30 minutes unless `template data timeout 60` is set.',
    command: 'show flow exporter templates',
  },
  { step: 'fields', text: 'The record lacks a line: compare it with the one above.', command: 'show flow record DRAWBRIDGE-IPV4' },
  { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'show ntp status' },
  {
    step: 'once',
    text: 'The monitor is on input and output, or on both ends of one path: keep input only.',
    command: 'show flow interface',
  },
]

const samplingTrouble: GuideTrouble = {
  step: 'sampling',
  text: 'Two lines tell the rate, and both are needed: `collect flow sampler` in the record, `option sampler-table` in the exporter.',
  command: 'show flow exporter DRAWBRIDGE',
  when: { sampled: true },
}

function router(id: string, title: string, interfaces: readonly string[]): GuideVariant {
  const collected = [samplerField, ...timestamps.uptime]
  return {
    id,
    title,
    interfaces,
    verify,
    undo,
    protocols: ['netflow9', 'ipfix'],
    samples: ['netflow9', 'ipfix'],
    // 1 out of 2 to 1 out of 32768; 1 is no sampler.
    rates: { least: 1, most: 32_768 },
    collectors: ['ipv4', 'ipv6'],
    parts: [record('ipv4', collected), record('ipv6', collected), exporter(ownSource), monitors, sampler, applied, saving],
    notes: [...notes, ipfixNote],
    troubles: [...troubles, samplingTrouble],
  }
}

export const ciscoIosGuide: RouterGuide = {
  id: 'cisco-ios',
  title: 'Cisco IOS and IOS XE',
  names: ['Cisco', 'IOS', 'IOS XE', 'Flexible NetFlow', 'ISR', 'ASR 1000', 'CSR 1000v', 'Catalyst 8000', 'Catalyst 9000'],
  variants: [
    router('ios-xe', 'Cisco IOS XE router', ['GigabitEthernet0/0/0']),
    router('ios', 'Cisco IOS router', ['GigabitEthernet0/0']),
    {
      id: 'catalyst',
      title: 'Cisco Catalyst switch (IOS XE)',
      protocols: ['netflow9', 'ipfix'],
      samples: ['netflow9', 'ipfix'],
      rates: { least: 1, most: 1024 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['TenGigabitEthernet1/0/1'],
      parts: [
        record('ipv4', timestamps.absolute),
        record('ipv6', timestamps.absolute),
        exporter(vlanSource),
        monitors,
        sampler,
        applied,
        saving,
      ],
      verify,
      undo,
      notes: [
        ...notes,
        { text: 'For the Catalyst 3650, 3850 and 9000. Their hardware samples 1 in 2 to 1 in 1024.' },
        { text: 'The record has no sampler: where the rate is not found, set it on the router in Drawbridge.', when: { sampled: true } },
        { text: 'Port channels of layer 2 take no monitor: name their member ports.' },
      ],
      troubles: [
        ...troubles,
        {
          step: 'sampling',
          text: 'These switches put no sampler into the flow: set the rate {sampling} on the router in Drawbridge.',
          command: 'show sampler DRAWBRIDGE',
          when: { sampled: true },
        },
      ],
    },
  ],
  sources: [
    'https://www.cisco.com/c/en/us/td/docs/switches/lan/catalyst9600/software/release/17-17/configuration_guide/nmgmt/b_1717_nmgmt_9600_cg/configuring_flexible_netflow.html',
    'https://cisco.com/c/en/us/td/docs/switches/lan/catalyst3650/software/release/16-6/command_reference/b_166_3650_cr/b_166_3650_cr_chapter_0100.html',
    'the flow record that Cloudflare publishes for the monitoring of flows',
  ],
}
