// pmacctd of pmacct: looks at interfaces by libpcap, exports NetFlow, IPFIX or sFlow.
import type { GuideVariant, RouterGuide } from '../guide.ts'
import { bufferLines, netflow, probeLines, probeTroubles, sflow } from './pmacct-lines.ts'

const variant: GuideVariant = {
  id: 'debian',
  title: 'pmacctd on Debian or Ubuntu',
  protocols: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  samples: ['netflow9', 'ipfix', 'sflow5', 'netflow5'],
  software: true,
  interfaces: ['eth0'],
  parts: [
    {
      title: 'Install',
      kind: 'commands',
      where: 'a root shell',
      lines: [{ text: 'apt-get install pmacct', why: 'pmacctd is in it.' }],
    },
    {
      title: 'The interfaces it looks at',
      kind: 'file',
      where: '/etc/pmacct/interfaces.map',
      lines: [
        {
          text: 'ifindex={index} ifname={interface} direction=in',
          why: 'The number becomes the input interface of its flows. What comes in is enough: answers come in elsewhere.',
          each: 'interface',
        },
      ],
    },
    {
      title: 'What pmacctd exports',
      kind: 'file',
      where: '/etc/pmacct/pmacctd.conf',
      lines: [
        { text: 'daemonize: true', why: "systemd's unit waits for that." },
        { text: 'syslog: daemon', why: 'Its log is in the journal.' },
        { text: 'pcap_interfaces_map: /etc/pmacct/interfaces.map', why: 'The interfaces, in the file above.' },
        { text: 'snaplen: 128', why: 'The headers are enough.', when: { protocols: netflow } },
        { text: 'snaplen: 1600', why: 'Whole packets: sfprobe tells the length of what it is given.', when: { protocols: sflow } },
        ...bufferLines,
        ...probeLines,
      ],
    },
    {
      title: 'Start',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'systemctl enable pmacctd', why: 'Starts it after a reboot too.' },
        { text: 'systemctl restart pmacctd', why: 'Starts it now.' },
      ],
    },
  ],
  verify: [
    { text: "journalctl -u pmacctd -n 50 | grep 'Exporting flows to'", why: 'Must name {collector} and port {port}.' },
    { text: 'tcpdump -nni any -c 3 udp dst port {port}', why: 'Shows the first three datagrams as they leave.' },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: 'a root shell',
      lines: [
        { text: 'systemctl disable --now pmacctd', why: 'Nothing is exported any more.' },
        { text: 'rm /etc/pmacct/interfaces.map', why: 'The file belongs to this set-up only.' },
      ],
    },
  ],
  notes: [
    {
      text: 'The name in brackets is the same in plugins and in every line of the plugin. pmacct ignores lines with another name, and says "Unknown symbol".',
    },
    {
      text: 'A card that joins packets before pmacctd sees them (GRO, LRO) shows fewer and larger ones; bytes are right. ethtool -K {interface} gro off lro off ends it.',
    },
  ],
  troubles: probeTroubles('pmacctd'),
}

export const linuxPmacctdGuide: RouterGuide = {
  id: 'linux-pmacctd',
  title: 'Linux machine, pmacctd',
  names: ['pmacct', 'libpcap', 'mirror port', 'SPAN', 'Debian', 'Ubuntu'],
  variants: [variant],
  sources: ['run by the tests', 'pmacct 1.7.7: CONFIG-KEYS'],
}
