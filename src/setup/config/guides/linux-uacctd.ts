// uacctd of pmacct on a Linux router: an nftables rule hands it packets, it exports NetFlow, IPFIX or sFlow.
import type { GuidePart, GuideVariant, RouterGuide } from '../guide.ts'
import { bufferLines, netflow, probeLines, probeTroubles, sflow } from './pmacct-lines.ts'

const configFile: GuidePart = {
  title: 'What uacctd exports',
  kind: 'file',
  where: '/etc/pmacct/uacctd.conf',
  lines: [
    { text: 'daemonize: true', why: "systemd's unit waits for that." },
    { text: 'syslog: daemon', why: 'Its log is in the journal.' },
    { text: 'uacctd_group: 2', why: 'The group of the nftables rule.' },
    { text: 'uacctd_nl_size: 2097152', why: '2 MiB for packets that wait in the kernel.' },
    { text: 'snaplen: 128', why: 'The headers are enough.', when: { protocols: netflow } },
    { text: 'snaplen: 1600', why: 'Whole packets: sfprobe tells the length of what it is given.', when: { protocols: sflow } },
    ...bufferLines,
    ...probeLines,
  ],
}

const rulesFile: GuidePart = {
  title: 'The rule that hands packets to uacctd',
  kind: 'file',
  where: '/etc/pmacct/accounting.nft',
  lines: [
    {
      text: 'table inet accounting',
      why: 'A table of its own: nothing else is touched. These two lines empty it when the file is read again.',
    },
    { text: 'delete table inet accounting' },
    { text: 'table inet accounting {{', why: 'It has one chain, before anything else that the kernel does with a packet.' },
    { text: '  chain in {{' },
    { text: '    type filter hook prerouting priority -300; policy accept;', why: 'It only looks: every packet goes on.' },
    {
      text: '    iifname "{interface}" log group 2 snaplen 128 queue-threshold 100',
      why: 'Copies the first 128 bytes of what comes in there. One direction is enough: the answers come in elsewhere.',
      when: { protocols: netflow },
      each: 'interface',
    },
    {
      text: '    iifname "{interface}" log group 2 snaplen 1600 queue-threshold 100',
      why: 'Copies what comes in there. One direction is enough: the answers come in elsewhere.',
      when: { protocols: sflow },
      each: 'interface',
    },
    { text: '  }}' },
    { text: '}}' },
  ],
}

const unitFile: GuidePart = {
  title: 'The rule comes back with uacctd after a reboot',
  kind: 'file',
  where: '/etc/systemd/system/uacctd.service.d/accounting.conf',
  lines: [
    { text: '[Service]', why: "Adds to Debian's unit." },
    { text: 'ExecStartPre=/usr/sbin/nft -f /etc/pmacct/accounting.nft', why: 'Loads the rule before uacctd starts.' },
  ],
}

const variant: GuideVariant = {
  id: 'debian',
  title: 'uacctd on Debian or Ubuntu',
  protocols: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  samples: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  software: true,
  interfaces: ['eth0'],
  parts: [
    {
      title: 'Install',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'apt-get install pmacct nftables', why: 'uacctd is in the package pmacct.' },
        { text: 'mkdir -p /etc/systemd/system/uacctd.service.d', why: 'Room for an addition to its unit.' },
      ],
    },
    rulesFile,
    configFile,
    unitFile,
    {
      title: 'Start',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'systemctl daemon-reload', why: 'Reads the unit again.' },
        { text: 'systemctl enable uacctd', why: 'Starts it after a reboot too.' },
        { text: 'systemctl restart uacctd', why: 'Starts it now.' },
      ],
    },
  ],
  verify: [
    { text: "journalctl -u uacctd -n 50 | grep 'Exporting flows to'", why: 'Must name {collector} and port {port}.' },
    {
      text: 'tcpdump -nni any -c 3 udp dst port {port}',
      why: 'Shows the first three datagrams as they leave, at the latest after {active} s.',
      when: { protocols: netflow },
    },
    {
      text: 'tcpdump -nni any -c 3 udp dst port {port}',
      why: 'Shows the first three datagrams as they leave.',
      when: { protocols: sflow },
    },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'systemctl disable --now uacctd', why: 'Nothing is exported any more.' },
        { text: 'nft delete table inet accounting', why: 'Takes the rule away.' },
        {
          text: 'rm /etc/pmacct/accounting.nft /etc/systemd/system/uacctd.service.d/accounting.conf',
          why: 'Nothing comes back after a reboot.',
        },
        { text: 'systemctl daemon-reload', why: 'Forgets the addition to the unit.' },
      ],
    },
  ],
  notes: [
    {
      text: 'The name in brackets is the same in plugins and in every line of the plugin. pmacct ignores lines with another name, and says "Unknown symbol".',
    },
    { text: 'If this machine runs Drawbridge too, leave its management interface out of the rule.' },
  ],
  troubles: [
    ...probeTroubles('uacctd'),
    {
      step: 'datagrams',
      text: 'The rule must be there. A firewall that flushes all tables takes it away: start uacctd again.',
      command: 'nft list table inet accounting',
    },
  ],
}

export const linuxUacctdGuide: RouterGuide = {
  id: 'linux-uacctd',
  title: 'Linux router, uacctd',
  names: ['pmacct', 'nftables', 'NFLOG', 'Debian', 'Ubuntu'],
  variants: [variant],
  sources: ['run by the tests', 'pmacct 1.7.7: CONFIG-KEYS', 'nft(8)'],
}
