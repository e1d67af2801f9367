// softflowd: a program that exports NetFlow and IPFIX of what it sees on an interface.
import type { GuidePart, GuideVariant, RouterGuide } from '../guide.ts'

/** Debian's package runs one softflowd for each file of that folder. */
const parts: readonly GuidePart[] = [
  {
    title: 'Install',
    kind: 'commands',
    where: 'a root shell',
    lines: [{ text: 'apt-get install softflowd', why: 'The program and its systemd units.' }],
  },
  {
    title: 'What softflowd exports of {interface}',
    kind: 'file',
    where: '/etc/softflowd/{interface}.conf',
    each: 'interface',
    lines: [
      { text: "interface='{interface}'", why: 'Where it looks. It counts both directions.' },
      {
        text: "options='-v {version} -n {collector_port} -t maxlife={active} -t general={inactive} -t tcp={inactive} -t tcp.rst={inactive} -t tcp.fin={inactive} -t udp={inactive} -t icmp={inactive} -t expint=10'",
        why: 'Sends there by version {version}: after {inactive} s of silence, and every {active} s while a flow lasts. By default it is an hour, and a week.',
        when: { sampled: false },
      },
      {
        text: "options='-v {version} -n {collector_port} -s {sampling} -t maxlife={active} -t general={inactive} -t tcp={inactive} -t tcp.rst={inactive} -t tcp.fin={inactive} -t udp={inactive} -t icmp={inactive} -t expint=10'",
        why: 'Looks at one packet in {sampling} and says so. A flow is told of after {inactive} s of silence, and every {active} s while it lasts.',
        when: { sampled: true },
      },
    ],
  },
  {
    title: 'Start',
    kind: 'commands',
    where: 'a root shell',
    lines: [
      { text: 'systemctl daemon-reload', why: 'Makes a service of each file, also after a reboot.' },
      { text: 'systemctl restart softflowd', why: 'Starts all of them now.' },
    ],
  },
]

export const softflowdVariant: GuideVariant = {
  id: 'debian',
  title: 'softflowd on Debian or Ubuntu',
  protocols: ['ipfix', 'netflow9', 'netflow5'],
  samples: ['ipfix', 'netflow9', 'netflow5'],
  software: true,
  interfaces: ['eth0'],
  parts,
  verify: [
    {
      text: 'softflowctl -c /run/softflowd/{interface}.ctl statistics',
      why: 'Counts packets, flows and what was exported.',
      each: 'interface',
    },
    {
      text: 'tcpdump -nni any -c 3 udp dst port {port}',
      why: 'Shows the first three datagrams as they leave, at the latest after {active} s.',
    },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'systemctl stop softflowd', why: 'Nothing is exported any more.' },
        { text: 'rm /etc/softflowd/{interface}.conf', why: 'Nothing comes back after a reboot.', each: 'interface' },
        { text: 'systemctl daemon-reload', why: 'Forgets the services.' },
      ],
    },
  ],
  notes: [
    { text: 'A packet that crosses two of the interfaces is counted at both: name the outer one only.' },
    { text: 'NetFlow v5 has no IPv6: such flows are left out.', when: { protocols: ['netflow5'] } },
  ],
  troubles: [
    { step: 'datagrams', text: 'The service must run, and name the interface.', command: "systemctl status 'softflowd@*'" },
    {
      step: 'datagrams',
      text: 'Its own counters: "Packets received by libpcap" grows, and "flows exported" with it.',
      command: 'softflowctl -c /run/softflowd/{interface}.ctl statistics',
    },
    {
      step: 'once',
      text: 'Two interfaces that see the same packets count them twice: keep the file of one, then start anew.',
      command: 'systemctl daemon-reload && systemctl restart softflowd',
    },
    {
      step: 'fields',
      text: 'Tracking must be full, which is the default: -T ip or -T proto leave the ports out.',
      command: 'cat /etc/softflowd/{interface}.conf',
    },
  ],
}

export const softflowdGuide: RouterGuide = {
  id: 'softflowd',
  title: 'softflowd',
  names: ['Linux', 'Debian', 'Ubuntu', 'libpcap', 'mirror port', 'SPAN'],
  variants: [softflowdVariant],
  sources: ['run by the tests', 'softflowd(8)', '/usr/share/doc/softflowd/README.Debian'],
}
