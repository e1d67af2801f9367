// Fortinet FortiGate: NetFlow v9 of every session, or sFlow.
import type { ConfigProtocol } from '../../../contract/router-config.ts'
import type { GuideLine, GuidePart, GuideVariant, RouterGuide } from '../guide.ts'

const cli = 'the CLI; with VDOMs after `config global`'

type Kind = 'netflow' | 'sflow'
const protocolOf: Readonly<Record<Kind, ConfigProtocol>> = { netflow: 'netflow9', sflow: 'sflow5' }

/** From 7.4.2 on there are several collectors, each an entry of a table. */
function collectorLines(kind: Kind, table: boolean): GuideLine[] {
  const when = { protocols: [protocolOf[kind]] }
  const indent = table ? '            ' : '    '
  const lines: GuideLine[] = [
    { text: `${indent}set collector-ip {collector}`, why: 'The machine that runs Drawbridge.', when },
    { text: `${indent}set collector-port {port}`, why: 'Its port.', when },
    { text: `${indent}set source-ip {router}`, why: 'The address that it sends from: register it.', when: { ...when, router: true } },
  ]
  if (!table) return lines
  return [
    { text: '    config collectors', why: 'The collectors, one entry each.', when },
    { text: '        edit 1', why: 'The first: take another number where 1 is in use.', when },
    ...lines,
    { text: '        next', when },
    { text: '    end', why: 'Leaves the table.', when },
  ]
}

function exportPart(table: boolean): GuidePart {
  const netflow = { protocols: ['netflow9'] } as const
  const sflow = { protocols: ['sflow5'] } as const
  return {
    title: 'Export',
    kind: 'commands',
    where: cli,
    lines: [
      { text: 'config system netflow', why: 'Where flows are sent to, and how soon.', when: netflow },
      {
        text: '    set active-flow-timeout {active}',
        why: 'Seconds: long sessions are told of this often; the default is 30 minutes.',
        when: netflow,
      },
      { text: '    set inactive-flow-timeout {inactive}', why: 'Seconds: how often finished sessions are sent.', when: netflow },
      { text: '    set template-tx-timeout 60', why: 'Templates every minute: nothing can be read before the first.', when: netflow },
      ...collectorLines('netflow', table),
      { text: 'config system sflow', why: 'Where samples are sent to.', when: sflow },
      ...collectorLines('sflow', table),
      { text: 'end', why: 'Saves it.' },
    ],
  }
}

const interfaces: GuidePart = {
  title: 'Interfaces',
  kind: 'commands',
  where: cli,
  lines: [
    { text: 'config system interface', why: 'Where it looks.' },
    { text: '    edit "{interface}"', why: 'Each interface that is watched.', each: 'interface' },
    { text: '        set netflow-sampler both', why: 'Sessions in both directions.', when: { protocols: ['netflow9'] }, each: 'interface' },
    { text: '        set sflow-sampler enable', why: 'Switches it on.', when: { protocols: ['sflow5'] }, each: 'interface' },
    { text: '        set sample-rate {sampling}', why: '1 packet in {sampling}.', when: { protocols: ['sflow5'] }, each: 'interface' },
    {
      text: '        set sample-direction rx',
      why: 'What comes in. With both, a packet counts on its way in and on its way out.',
      when: { protocols: ['sflow5'] },
      each: 'interface',
    },
    {
      text: '        set polling-interval 20',
      why: 'Counters of the interface, every 20 s.',
      when: { protocols: ['sflow5'] },
      each: 'interface',
    },
    { text: '    next', each: 'interface' },
    { text: 'end', why: 'Saves it.' },
  ],
}

function undo(table: boolean): GuidePart[] {
  const off = (kind: Kind): GuideLine[] => {
    const when = { protocols: [protocolOf[kind]] }
    const what = table ? ['    config collectors', '        delete 1', '    end'] : ['    unset collector-ip', '    unset collector-port']
    return [
      { text: `config system ${kind}`, why: 'Forgets the collector.', when },
      ...what.map((text, at): GuideLine => ({ text, why: at === 1 ? 'Nothing is sent there any more.' : '', when })),
    ]
  }
  return [
    {
      title: 'Take it back',
      kind: 'commands',
      where: cli,
      lines: [
        { text: 'config system interface', why: 'Takes it off the interfaces.' },
        { text: '    edit "{interface}"', each: 'interface' },
        {
          text: '        set netflow-sampler disable',
          why: 'No more sessions of it.',
          when: { protocols: ['netflow9'] },
          each: 'interface',
        },
        { text: '        set sflow-sampler disable', why: 'No more samples of it.', when: { protocols: ['sflow5'] }, each: 'interface' },
        { text: '    next', each: 'interface' },
        { text: 'end', why: 'Saves it.' },
        ...off('netflow'),
        ...off('sflow'),
        { text: 'end', why: 'Saves it.' },
      ],
    },
  ]
}

function variant(id: string, title: string, table: boolean): GuideVariant {
  return {
    id,
    title,
    protocols: ['netflow9', 'sflow5'],
    samples: ['sflow5'],
    // Of sFlow: 10 to 99999. NetFlow takes every packet.
    collectors: ['ipv4', 'ipv6'],
    interfaces: ['wan1'],
    parts: [exportPart(table), interfaces],
    verify: [
      {
        text: 'diagnose test application sflowd 3',
        why: 'The collector, as the daemon that sends NetFlow has it.',
        when: { protocols: ['netflow9'] },
      },
      { text: 'diagnose test application sflowd 4', why: 'What it has sent.', when: { protocols: ['netflow9'] } },
      { text: 'diagnose test application sflowd 1', why: 'The collector, as the daemon has it.', when: { protocols: ['sflow5'] } },
      { text: 'diagnose test application sflowd 2', why: 'What it has sent.', when: { protocols: ['sflow5'] } },
      { text: "diagnose sniffer packet any 'host {collector} and udp port {port}' 4 10", why: 'The datagrams as they leave.' },
    ],
    undo: undo(table),
    notes: [
      {
        text: 'A session that crosses two watched interfaces is told of once. Watch the outer interfaces to see what the internet sends.',
        when: { protocols: ['netflow9'] },
      },
      { text: 'Sample rates from 10 to 99999 are taken.', when: { protocols: ['sflow5'] } },
      { text: 'Not every release sends sFlow to an IPv6 collector.', when: { protocols: ['sflow5'], family: 6 } },
      { text: 'VDOM links, tunnels and Wi-Fi interfaces may not be watched.' },
      { text: 'With ha-direct each member of a cluster sends for itself, from its management address: register all of them.' },
    ],
    troubles: [
      {
        step: 'datagrams',
        text: 'Only the management VDOM sends, unless vdom-netflow or vdom-sflow is switched on; the route to the collector must be there.',
        command: "diagnose sniffer packet any 'host {collector} and udp port {port}' 4 10",
      },
      {
        step: 'registered',
        text: 'It sends from the address of the interface towards the collector, unless source-ip is set.',
        command: 'get system interface physical',
      },
      { step: 'templates', text: 'template-tx-timeout is 1800 unless it is set to 60.', command: 'show full-configuration system netflow' },
      {
        step: 'timestamps',
        text: 'A session of hours is told of late: active-flow-timeout is 1800 unless it is set to {active}.',
        command: 'show full-configuration system netflow',
      },
      { step: 'clock', text: 'The firewall has no NTP server, or does not reach it.', command: 'diagnose sys ntp status' },
      { step: 'once', text: 'NetFlow and sFlow are both switched on, or sample-direction is both.', command: 'show system interface' },
    ],
  }
}

export const fortinetGuide: RouterGuide = {
  id: 'fortinet',
  title: 'Fortinet FortiGate',
  names: ['Fortinet', 'FortiGate', 'FortiOS'],
  variants: [variant('7.4', 'Fortinet FortiOS 7.4.2 and later', true), variant('7.0', 'Fortinet FortiOS 7.0.1 to 7.4.1', false)],
  sources: [
    'https://docs.fortinet.com/document/fortigate/7.4.10/administration-guide/998643/netflow',
    'https://docs.fortinet.com/document/fortigate/7.6.5/cli-reference/105185180',
    'https://docs.fortinet.com/document/fortigate/7.4.5/administration-guide/505119/sflow',
    'https://community.fortinet.com/t5/FortiGate/Technical-Tip-How-to-configure-sFlow/ta-p/196930',
  ],
}
