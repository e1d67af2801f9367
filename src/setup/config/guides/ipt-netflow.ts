// ipt-NETFLOW: a kernel module with an iptables target that exports NetFlow and IPFIX.
import type { GuideCondition, GuideLine, RouterGuide } from '../guide.ts'

/** @param source `@` and the address to send from, or nothing */
function withSource(when: GuideCondition, source: string): GuideLine[] {
  return [
    {
      text: `options ipt_NETFLOW destination={collector_port}${source} protocol={version} active_timeout={active} inactive_timeout={inactive}`,
      why: 'Where it sends, by which version, every {active} s while a flow lasts and after {inactive} s of silence. By default it is 30 minutes.',
      when,
    },
  ]
}

export const iptNetflowGuide: RouterGuide = {
  id: 'ipt-netflow',
  title: 'Linux router, ipt-NETFLOW',
  names: ['ipt_NETFLOW', 'iptables', 'kernel module', 'Debian', 'Ubuntu'],
  variants: [
    {
      id: 'debian',
      title: 'ipt-NETFLOW on Debian or Ubuntu',
      protocols: ['ipfix', 'netflow9', 'netflow5'],
      // Its sampler chooses flows, not packets: a large flow that is left out leaves a hole.
      samples: [],
      software: true,
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['eth0'],
      parts: [
        {
          title: 'Install',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            {
              text: 'apt-get install linux-headers-amd64 iptables-netflow-dkms iptables-persistent',
              why: 'Builds the module for your kernel, and keeps iptables rules over a reboot.',
            },
          ],
        },
        {
          title: 'What the module exports',
          kind: 'file',
          where: '/etc/modprobe.d/ipt_NETFLOW.conf',
          lines: [
            ...withSource({ family: 4, router: false }, ''),
            ...withSource({ family: 4, router: true }, '@{router}'),
            ...withSource({ family: 6 }, ''),
          ],
        },
        {
          title: 'The module is loaded after a reboot',
          kind: 'file',
          where: '/etc/modules-load.d/ipt_NETFLOW.conf',
          lines: [{ text: 'ipt_NETFLOW', why: 'Its name.' }],
        },
        {
          title: 'Start',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'modprobe ipt_NETFLOW', why: 'Loads it now.' },
            { text: 'iptables -t raw -I PREROUTING -i {interface} -j NETFLOW', why: 'Counts IPv4 that comes in there.', each: 'interface' },
            {
              text: 'ip6tables -t raw -I PREROUTING -i {interface} -j NETFLOW',
              why: 'Counts IPv6 that comes in there.',
              each: 'interface',
              when: { protocols: ['ipfix', 'netflow9'] },
            },
            { text: 'netfilter-persistent save', why: 'The rules come back after a reboot.' },
          ],
        },
      ],
      verify: [{ text: 'cat /proc/net/stat/ipt_netflow', why: 'Counts flows, and under Export what was sent and what failed.' }],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'iptables -t raw -D PREROUTING -i {interface} -j NETFLOW', why: 'Takes the rule for IPv4 away.', each: 'interface' },
            {
              text: 'ip6tables -t raw -D PREROUTING -i {interface} -j NETFLOW',
              why: 'Takes the rule for IPv6 away.',
              each: 'interface',
              when: { protocols: ['ipfix', 'netflow9'] },
            },
            { text: 'netfilter-persistent save', why: 'They stay away.' },
            { text: 'modprobe -r ipt_NETFLOW', why: 'Unloads the module.' },
            { text: 'rm /etc/modprobe.d/ipt_NETFLOW.conf /etc/modules-load.d/ipt_NETFLOW.conf', why: 'It is not loaded again.' },
          ],
        },
      ],
      notes: [
        { text: 'sampler= of this module chooses one flow in N, not one packet: leave it out, or large flows are missed whole.' },
        { text: 'The module is built for one kernel: after a kernel update look whether it was built again (dkms status).' },
        { text: 'NetFlow v5 has no IPv6.', when: { protocols: ['netflow5'] } },
      ],
      troubles: [
        { step: 'datagrams', text: 'The rule must count packets, at the top of its chain.', command: 'iptables -t raw -L PREROUTING -nvx' },
        {
          step: 'datagrams',
          text: 'The module must be loaded, with your collector as destination.',
          command: 'sysctl net.netflow.destination',
        },
        { step: 'timestamps', text: 'The times are those of the kernel: set the clock of the router.', command: 'timedatectl' },
        { step: 'address', text: 'destination=…@ADDRESS sets the address that it sends from.', command: 'sysctl net.netflow.destination' },
      ],
    },
  ],
  sources: [
    'https://github.com/aabc/ipt-netflow/blob/master/README',
    'the module options that VyOS writes (vyos-1x, data/templates/ipt-netflow/ipt_NETFLOW.conf.j2)',
  ],
}
