// VyOS: pmacct beneath in 1.3 and 1.4, with the corrected uacctd.conf; ipt-NETFLOW and hsflowd in 1.5.
import type { GuideCondition, GuideLine, GuidePart, GuideText, GuideTrouble, GuideVariant, RouterGuide } from '../guide.ts'
import { bufferLines, netflow, probeLines, probeTroubles, sflow } from './pmacct-lines.ts'

const accounting = 'set system flow-accounting'
const configurationMode = 'configuration mode'

const enter: GuideLine = { text: 'configure', why: 'Enters configuration mode.' }
const leave: readonly GuideLine[] = [
  { text: 'commit', why: 'Makes it so.' },
  { text: 'save', why: 'Also after a reboot.' },
  { text: 'exit', why: 'Leaves configuration mode.' },
]

/** @param source what this release calls the address that NetFlow is sent from */
function pmacctCommands(source: 'source-ip' | 'source-address'): GuidePart {
  return {
    title: 'The commands',
    kind: 'commands',
    where: configurationMode,
    lines: [
      enter,
      { text: `${accounting} interface {interface}`, why: 'Counts what comes in there. Answers come in elsewhere.', each: 'interface' },
      { text: `${accounting} disable-imt`, why: 'No table in memory beside the export: it costs a processor and helps nobody here.' },
      ...netflowCommands(source),
      ...sflowCommands,
      ...leave,
    ],
  }
}

const otherTimeouts = ['icmp', 'tcp-fin', 'tcp-generic', 'tcp-rst', 'udp']

function netflowCommands(source: string): GuideLine[] {
  const set = (text: string, why: string, when?: GuideCondition) => ({
    text: `${accounting} netflow ${text}`,
    why,
    when: { ...when, protocols: netflow },
  })
  return [
    set('version {version}', '5 and 9 are NetFlow, 10 is IPFIX.'),
    set('server {collector} port {port}', 'Where the flows go.'),
    set(`${source} {router}`, 'The address to send from, and to register.', { router: true }),
    set('sampling-rate {sampling}', 'Looks at one packet in {sampling}, and says so.', { sampled: true }),
    set('timeout max-active-life {active}', 'A flow that lasts is told of every {active} s. By default it is a week.'),
    set('timeout expiry-interval 10', 'Looks every 10 s which flows are due.'),
    set('timeout flow-generic {inactive}', 'A flow is over after {inactive} s of silence. By default it is up to an hour.'),
    ...otherTimeouts.map((name) => set(`timeout ${name} {inactive}`, `The same for ${name}.`)),
  ]
}

const sflowCommands: readonly GuideLine[] = [
  { text: `${accounting} sflow server {collector} port {port}`, why: 'Where the samples go.', when: { protocols: sflow } },
  {
    text: `${accounting} sflow agent-address {router}`,
    why: 'The address that names this router in sFlow. Register it.',
    when: { protocols: sflow, router: true },
  },
  {
    text: `${accounting} sflow sampling-rate {sampling}`,
    why: 'Looks at one packet in {sampling}, and says so.',
    when: { protocols: sflow },
  },
]

/** What VyOS writes has its faults; this file stands in for it. The rules that feed uacctd stay those of VyOS. */
const correctedFile: GuidePart = {
  title: 'The corrected uacctd.conf, where the commands send nothing, or too little',
  kind: 'file',
  where: '/config/uacctd.conf',
  lines: [
    { text: 'daemonize: true', why: "systemd's unit waits for that." },
    { text: 'syslog: daemon', why: 'Its log is in the journal.' },
    { text: 'uacctd_group: 2', why: 'The group of the rules that VyOS makes for the interfaces.' },
    { text: 'uacctd_nl_size: 2097152', why: '2 MiB for packets that wait in the kernel.' },
    { text: 'snaplen: 128', why: 'As much of each packet as the rules of VyOS hand over: the headers.' },
    ...bufferLines,
    ...probeLines,
  ],
}

const overrideFile: GuidePart = {
  title: 'uacctd takes the corrected file, also after the next commit',
  kind: 'file',
  where: '/etc/systemd/system/uacctd.service.d/zz-corrected.conf',
  lines: [
    { text: '[Service]', why: 'Adds to the unit. VyOS writes override.conf at each commit; zz comes after it.' },
    { text: 'ExecStart=', why: 'Forgets the command before, which reads the file that VyOS writes.' },
    { text: 'ExecStart=/usr/sbin/uacctd -f /config/uacctd.conf', why: 'Reads the corrected one. /config survives reboots and upgrades.' },
  ],
}

/** Before the two files, which only root may write. */
const becomeRoot: GuidePart = {
  title: 'Become root, for the corrected file below',
  kind: 'commands',
  where: 'the shell of VyOS',
  lines: [
    { text: 'sudo -i', why: 'Where the commands alone turn the live check green, stop here.' },
    { text: 'mkdir -p /etc/systemd/system/uacctd.service.d', why: "Room for an addition to uacctd's unit." },
  ],
}

const restart: GuidePart = {
  title: 'Start it anew',
  kind: 'commands',
  where: 'the same root shell',
  lines: [
    { text: 'systemctl daemon-reload', why: 'Reads the addition.' },
    { text: 'systemctl restart uacctd', why: 'Starts with the corrected file.' },
    { text: 'exit', why: 'Leaves the root shell.' },
  ],
}

const pmacctVerify: readonly GuideLine[] = [
  {
    text: "sudo journalctl -u uacctd -n 50 | grep -E 'Exporting|Unknown|ERROR'",
    why: 'Must say "Exporting flows to [{collector}]:{port}", and nothing else.',
  },
  { text: 'sudo ss -un', why: 'Shows the connection to {collector} and port {port}.', when: { protocols: netflow } },
  { text: 'sudo tcpdump -nni any -c 3 udp dst port {port}', why: 'Shows the first three datagrams as they leave.' },
]

const pmacctUndo: readonly GuidePart[] = [
  {
    title: 'Take the corrected file back',
    kind: 'commands',
    where: 'the shell of VyOS',
    lines: [
      {
        text: 'sudo rm -f /etc/systemd/system/uacctd.service.d/zz-corrected.conf /config/uacctd.conf',
        why: 'uacctd reads the file of VyOS again.',
      },
      { text: 'sudo systemctl daemon-reload', why: 'Forgets the addition to the unit.' },
    ],
  },
  {
    title: 'Take the commands back',
    kind: 'commands',
    where: configurationMode,
    lines: [enter, { text: 'delete system flow-accounting', why: 'Nothing is counted and exported any more.' }, ...leave],
  },
]

const pmacctNotes: readonly GuideText[] = [
  {
    text: 'Builds of 1.4 from July 2022 to September 2023 write "plugins: sfprobe[sf_{collector}]" and then "sfprobe_receiver[sf_{collector_dashes}]: …". uacctd says "Unknown symbol", ignores those lines and sends to 127.0.0.1. The name must be the same in both places, as in the corrected file.',
    when: { protocols: sflow, family: 4 },
  },
  {
    text: 'Releases before July 2022 write the colons of an IPv6 collector into the brackets: uacctd says "illegal brackets" and ends. The corrected file mends that too.',
    when: { family: 6 },
  },
  {
    text: 'VyOS writes plugin_buffer_size 10485: uacctd counts packets when so many bytes have come together. A quiet router seems to send nothing. The corrected file has 1024.',
  },
  {
    text: 'NetFlow v9 of uacctd has its times in fields of IPFIX, which many collectors show as 1970. Drawbridge reads them; the corrected file uses the usual fields.',
    when: { protocols: ['netflow9'] },
  },
  {
    text: 'Whoever changes interfaces later does so by the commands: the rules follow. Collector, version and timeouts are then those of the corrected file.',
  },
  { text: 'After an upgrade of the image write zz-corrected.conf again: /etc belongs to the image, /config does not.' },
  { text: 'The commands take ports from 1025.', when: { protocols: netflow } },
]

const pmacctTroubles: readonly GuideTrouble[] = [
  {
    step: 'datagrams',
    text: 'Compare the names in brackets: each must stand in plugins too.',
    command: "sudo grep -E 'plugins|receiver' /run/pmacct/uacctd.conf /etc/pmacct/uacctd.conf",
  },
  ...probeTroubles('uacctd', 'sudo '),
  { step: 'datagrams', text: 'The router must reach the collector, also through its own firewall.', command: 'ping {collector} count 3' },
  { step: 'clock', text: 'Set the clock by NTP.', command: 'show ntp' },
]

const pmacct = {
  protocols: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  samples: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  software: true,
  collectors: ['ipv4', 'ipv6'],
  interfaces: ['eth0'],
  verify: pmacctVerify,
  undo: pmacctUndo,
  troubles: pmacctTroubles,
} as const satisfies Partial<GuideVariant>

const release14: GuideVariant = {
  ...pmacct,
  id: '1.4',
  title: 'VyOS 1.4',
  parts: [pmacctCommands('source-address'), becomeRoot, correctedFile, overrideFile, restart],
  notes: [
    {
      text: 'Where "set system flow-accounting sflow" does not exist, take the variant sflow: "set system sflow" has replaced it.',
      when: { protocols: sflow },
    },
    ...pmacctNotes,
  ],
}

const release13: GuideVariant = {
  ...pmacct,
  id: '1.3',
  title: 'VyOS 1.3',
  parts: [pmacctCommands('source-ip'), becomeRoot, correctedFile, overrideFile, restart],
  notes: [{ text: 'If source-ip is not known, it is called source-address.', when: { protocols: netflow, router: true } }, ...pmacctNotes],
}

const hsflowdLines: readonly GuideLine[] = [
  { text: 'set system sflow interface {interface}', why: 'Samples what comes in there.', each: 'interface' },
  { text: 'set system sflow server {collector} port {port}', why: 'Where the samples go.' },
  {
    text: 'set system sflow agent-address {router}',
    why: 'The address that names this router in sFlow. Register it.',
    when: { router: true },
  },
  { text: 'set system sflow sampling-rate {sampling}', why: 'Takes one packet in {sampling}, and says so.' },
  { text: 'set system sflow polling 30', why: 'Counters of the interfaces every 30 s. Drawbridge skips them.' },
]

const hsflowdVerify: readonly GuideLine[] = [
  { text: 'sudo systemctl status hsflowd', why: 'Must be active.' },
  { text: 'sudo tcpdump -nni any -c 3 udp dst port {port}', why: 'Shows the first three datagrams as they leave.' },
]

const hsflowdTroubles: readonly GuideTrouble[] = [
  {
    step: 'datagrams',
    text: 'The file that VyOS has written names your collector and each interface.',
    command: 'cat /run/sflow/hsflowd.conf',
    when: { protocols: sflow },
  },
  {
    step: 'address',
    text: 'Set agent-address to the address that is registered.',
    command: 'set system sflow agent-address',
    when: { protocols: sflow },
  },
]

const hsflowd: GuideVariant = {
  id: 'sflow',
  title: 'VyOS 1.4 and newer, sFlow by hsflowd',
  protocols: ['sflow5'],
  samples: ['sflow5'],
  rates: { least: 1, most: 65_535 },
  collectors: ['ipv4', 'ipv6'],
  interfaces: ['eth0'],
  parts: [{ title: 'The commands', kind: 'commands', where: configurationMode, lines: [enter, ...hsflowdLines, ...leave] }],
  verify: hsflowdVerify,
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: configurationMode,
      lines: [enter, { text: 'delete system sflow', why: 'Nothing is sampled any more.' }, ...leave],
    },
  ],
  notes: [
    { text: 'Without agent-address hsflowd chooses one of its addresses: name the one you register (--router).', when: { router: false } },
  ],
  troubles: hsflowdTroubles,
}

const iptNetflow: GuideVariant = {
  id: '1.5',
  title: 'VyOS 1.5 and rolling, NetFlow by ipt-NETFLOW',
  protocols: ['ipfix', 'netflow9', 'netflow5'],
  // Its sampling-rate chooses flows, not packets: a large flow that is left out leaves a hole.
  samples: [],
  software: true,
  collectors: ['ipv4', 'ipv6'],
  interfaces: ['eth0'],
  parts: [
    {
      title: 'The commands',
      kind: 'commands',
      where: configurationMode,
      lines: [
        enter,
        {
          text: `${accounting} netflow interface {interface}`,
          why: 'Counts what comes in there. Answers come in elsewhere.',
          each: 'interface',
        },
        { text: `${accounting} netflow version {version}`, why: '5 and 9 are NetFlow, 10 is IPFIX.' },
        { text: `${accounting} netflow server {collector} port {port}`, why: 'Where the flows go.' },
        {
          text: `${accounting} netflow server {collector} source-address {router}`,
          why: 'The address to send from, and to register.',
          when: { router: true },
        },
        {
          text: `${accounting} netflow active-timeout {active}`,
          why: 'A flow that lasts is told of every {active} s. By default it is 30 minutes.',
        },
        { text: `${accounting} netflow inactive-timeout {inactive}`, why: 'A flow is over after {inactive} s of silence.' },
        ...leave,
      ],
    },
  ],
  verify: [
    { text: 'show flow-accounting', why: 'The flows that it counts just now.' },
    { text: 'cat /proc/net/stat/ipt_netflow', why: 'Under Export: what was sent and what failed.' },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: configurationMode,
      lines: [enter, { text: 'delete system flow-accounting', why: 'Nothing is counted and exported any more.' }, ...leave],
    },
  ],
  notes: [
    { text: 'sampling-rate of this release chooses one flow in N, not one packet: leave it out, or large flows are missed whole.' },
    { text: 'For sFlow take the variant sflow.' },
    { text: 'The commands take ports from 1025.' },
    { text: 'If "netflow interface" is not known, the release still has pmacct: take the variant 1.4.' },
  ],
  troubles: [
    {
      step: 'datagrams',
      text: 'Without an interface or a server the commit fails: look whether it went through.',
      command: 'show configuration commands | match flow-accounting',
    },
    { step: 'datagrams', text: 'The module says what it could not send.', command: 'cat /proc/net/stat/ipt_netflow' },
    {
      step: 'once',
      text: 'enable-egress counts what leaves as well: a packet that crosses two of the interfaces counts twice.',
      command: 'delete system flow-accounting enable-egress',
    },
    { step: 'clock', text: 'Set the clock by NTP.', command: 'show ntp' },
  ],
}

export const vyosGuide: RouterGuide = {
  id: 'vyos',
  title: 'VyOS',
  names: ['VyOS', 'Vyatta', 'pmacct', 'uacctd', 'ipt-NETFLOW', 'hsflowd'],
  variants: [release14, release13, iptNetflow, hsflowd],
  sources: [
    'corrected uacctd.conf: run by the tests',
    'https://docs.vyos.io/en/latest/configuration/system/flow-accounting.html',
    'https://docs.vyos.io/en/latest/configuration/system/sflow.html',
    'https://github.com/vyos/vyos-1x (interface-definitions, data/templates/pmacct, data/templates/ipt-netflow, data/templates/sflow)',
    'T4532 and T5545 of VyOS: the names in brackets',
  ],
}
