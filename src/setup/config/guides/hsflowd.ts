// hsflowd, the agent of the Host sFlow project.
import type { RouterGuide } from '../guide.ts'

export const hsflowdGuide: RouterGuide = {
  id: 'hsflowd',
  title: 'Host sFlow (hsflowd)',
  names: ['hsflowd', 'Host sFlow', 'Linux', 'hypervisor', 'KVM'],
  variants: [
    {
      id: 'linux',
      title: 'hsflowd on Linux',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      software: true,
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['eth0'],
      parts: [
        {
          title: 'Install',
          kind: 'clicks',
          where: 'https://github.com/sflow/host-sflow/releases',
          lines: [
            {
              text: 'Download the package for your distribution (hsflowd_…amd64.deb or hsflowd-…x86_64.rpm)',
              why: 'Debian and Ubuntu do not have it themselves.',
            },
            {
              text: 'Install it with apt-get install ./hsflowd_*.deb, or dnf install ./hsflowd-*.rpm',
              why: 'It brings the systemd service hsflowd.',
            },
          ],
        },
        {
          title: 'What hsflowd exports',
          kind: 'file',
          where: '/etc/hsflowd.conf',
          lines: [
            { text: 'sflow {{', why: 'Everything is in this block.' },
            { text: '  agentIP={router}', why: 'The address that names this machine in sFlow. Register it.', when: { router: true } },
            { text: '  polling=30', why: 'Counters of the interfaces every 30 s. Drawbridge skips them.' },
            { text: '  sampling={sampling}', why: 'Takes one packet in {sampling}, and says so.' },
            { text: '  sampling.bps_ratio=0', why: "Keeps that rate. Otherwise hsflowd chooses one by each interface's speed." },
            { text: '  collector {{ ip={collector} udpport={port} }}', why: 'Where the samples go.' },
            {
              text: '  pcap {{ dev={interface} }}',
              why: 'Samples packets of this interface. Without such a line there are counters and no flows.',
              each: 'interface',
            },
            { text: '}}' },
          ],
        },
        {
          title: 'Start',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'systemctl enable hsflowd', why: 'Starts it after a reboot too.' },
            { text: 'systemctl restart hsflowd', why: 'Starts it now.' },
          ],
        },
      ],
      verify: [
        { text: 'cat /etc/hsflowd.auto', why: 'What it works with: agentIP, collector, sampling.' },
        { text: 'tcpdump -nni any -c 3 udp dst port {port}', why: 'Shows the first three datagrams as they leave.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: 'a root shell',
          lines: [{ text: 'systemctl disable --now hsflowd', why: 'Nothing is exported any more.' }],
        },
      ],
      notes: [
        {
          text: 'hsflowd chooses its agent address among those of the machine. Name the one you register: --router.',
          when: { router: false },
        },
        {
          text: 'Without root rights, or without its module mod_pcap, hsflowd sends counters only: the check sees sFlow datagrams and no flows.',
        },
      ],
      troubles: [
        { step: 'datagrams', text: 'The log names a line that it does not understand.', command: 'journalctl -u hsflowd -n 20' },
        {
          step: 'fields',
          text: 'Only counters come: each interface needs its line pcap {{ dev=… }}.',
          command: 'grep pcap /etc/hsflowd.conf',
        },
        {
          step: 'sampling',
          text: 'Without sampling.bps_ratio=0 the rate follows the speed of the interface.',
          command: 'grep sampling /etc/hsflowd.auto',
        },
        { step: 'address', text: 'The agent address is agentIP.', command: 'grep agentIP /etc/hsflowd.auto' },
      ],
    },
  ],
  sources: [
    'https://sflow.net/host-sflow-linux-config.php',
    'the hsflowd.conf that VyOS writes (vyos-1x, data/templates/sflow/hsflowd.conf.j2)',
  ],
}
