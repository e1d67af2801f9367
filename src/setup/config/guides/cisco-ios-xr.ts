// Cisco IOS XR: ASR 9000, NCS 540, 5500 and 5700, 8000.
import type { GuideLine, GuidePart, RouterGuide } from '../guide.ts'

const exec = 'EXEC mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }
const leave: GuideLine = { text: 'end', why: 'Leaves configuration mode.' }

function monitorMap(family: 'ipv4' | 'ipv6'): GuidePart {
  return {
    title: family === 'ipv4' ? 'Monitor of IPv4' : 'Monitor of IPv6',
    kind: 'commands',
    where: configuration,
    lines: [
      { text: `flow monitor-map DRAWBRIDGE-${family.toUpperCase()}`, why: 'What is told of flows, and how soon.' },
      {
        text: ` record ${family}`,
        why: 'A record that the system has: addresses, ports, protocol, interfaces, flags, bytes, packets, times.',
      },
      { text: ' exporter DRAWBRIDGE', why: 'To this collector.' },
      { text: ' cache timeout active {active}', why: 'Long flows are told of this often; the default is 30 minutes.' },
      { text: ' cache timeout inactive {inactive}', why: 'A flow that is silent for so long is over.' },
      { text: 'exit' },
    ],
  }
}

export const ciscoIosXrGuide: RouterGuide = {
  id: 'cisco-ios-xr',
  title: 'Cisco IOS XR',
  names: ['Cisco', 'IOS XR', 'ASR 9000', 'NCS 540', 'NCS 5500', 'NCS 5700', 'Cisco 8000', 'XRv 9000'],
  variants: [
    {
      id: 'ios-xr',
      title: 'Cisco IOS XR',
      protocols: ['netflow9', 'ipfix'],
      samples: ['netflow9', 'ipfix'],
      rates: { least: 1, most: 65_535 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['TenGigE0/0/0/0'],
      parts: [
        {
          title: 'Exporter',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'flow exporter-map DRAWBRIDGE', why: 'Where flows are sent to.' },
            { text: ' version v9', why: 'NetFlow v9.', when: { protocols: ['netflow9'] } },
            { text: ' version ipfix', why: 'IPFIX.', when: { protocols: ['ipfix'] } },
            { text: '  options interface-table timeout 60', why: 'Names of the interfaces.' },
            {
              text: '  options sampler-table timeout 60',
              why: 'Tells the sampling rate; without it flows look too small.',
            },
            {
              text: '  template data timeout 60',
              why: 'Templates every minute: nothing can be read before the first, and the default is 30 minutes.',
            },
            { text: '  template options timeout 60', why: 'That of the sampler table too.' },
            { text: ' exit' },
            { text: ' transport udp {port}', why: 'The port of the collector.' },
            {
              text: ' source {interface}',
              why: 'Its address is the sender; without a source nothing is sent. A loopback is better: put its name here.',
            },
            { text: ' destination {collector}', why: 'The machine that runs Drawbridge.' },
            { text: 'exit' },
          ],
        },
        monitorMap('ipv4'),
        monitorMap('ipv6'),
        {
          title: 'Sampler',
          kind: 'commands',
          where: configuration,
          lines: [
            { text: 'sampler-map DRAWBRIDGE', why: 'IOS XR has NetFlow only with a sampler.' },
            { text: ' random 1 out-of {sampling}', why: '1 packet in {sampling}, chosen by chance.' },
            { text: 'exit' },
          ],
        },
        {
          title: 'Interfaces',
          kind: 'commands',
          where: configuration,
          lines: [
            { text: 'interface {interface}', why: 'Each interface that is watched; a bundle, not its members.', each: 'interface' },
            {
              text: ' flow ipv4 monitor DRAWBRIDGE-IPV4 sampler DRAWBRIDGE ingress',
              why: 'What comes in. With egress as well, each packet would count twice.',
              each: 'interface',
            },
            { text: ' flow ipv6 monitor DRAWBRIDGE-IPV6 sampler DRAWBRIDGE ingress', why: 'IPv6 likewise.', each: 'interface' },
            { text: 'exit', each: 'interface' },
            { text: 'commit', why: 'Now it is in force.' },
            leave,
          ],
        },
      ],
      verify: [
        { text: 'show flow exporter-map DRAWBRIDGE', why: 'What is set.' },
        {
          text: 'show flow exporter DRAWBRIDGE location 0/0/CPU0',
          why: 'Packets sent by a line card; put the card of the interface there.',
        },
        { text: 'show flow monitor DRAWBRIDGE-IPV4 cache location 0/0/CPU0', why: 'The flows that it sees now.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes the monitors off.', each: 'interface' },
            { text: ' no flow ipv4 monitor DRAWBRIDGE-IPV4 sampler DRAWBRIDGE ingress', each: 'interface' },
            { text: ' no flow ipv6 monitor DRAWBRIDGE-IPV6 sampler DRAWBRIDGE ingress', why: 'IPv6 too.', each: 'interface' },
            { text: 'exit', each: 'interface' },
            { text: 'no flow monitor-map DRAWBRIDGE-IPV4', why: 'What only this guide has made.' },
            { text: 'no flow monitor-map DRAWBRIDGE-IPV6' },
            { text: 'no flow exporter-map DRAWBRIDGE', why: 'Nothing is sent any more.' },
            { text: 'no sampler-map DRAWBRIDGE' },
            { text: 'commit', why: 'Now it is gone.' },
            leave,
          ],
        },
      ],
      notes: [
        {
          text: 'The NCS 5500 wants a power of two as sampling rate, as 1024 or 4096: with another it may sample otherwise than it tells.',
        },
        { text: 'Export through a data interface: the management interface is not meant for it, and on many releases sends nothing.' },
        { text: 'IPFIX came with release 6.0.1; use NetFlow v9 before.', when: { protocols: ['ipfix'] } },
        { text: 'Some NCS 5500 need the package xr-netflow, or a hardware profile and a reload, before flows are captured.' },
        { text: 'AS numbers need `bgp attribute-download` in the address family of BGP; Drawbridge can look them up itself.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'Without `source` the exporter stays disabled. A collector in a VRF needs `destination {collector} vrf NAME`.',
          command: 'show flow exporter-map DRAWBRIDGE',
        },
        {
          step: 'registered',
          text: 'The router sends from the address of the interface named by `source`: register that one.',
          command: 'show ipv4 interface brief',
        },
        {
          step: 'templates',
          text: 'The lines `template data timeout 60` and `template options timeout 60` stand below `version`.',
          command: 'show running-config flow exporter-map DRAWBRIDGE',
        },
        {
          step: 'sampling',
          text: 'The line `options sampler-table` is missing below `version`.',
          command: 'show running-config flow exporter-map DRAWBRIDGE',
        },
        { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'show ntp status' },
        {
          step: 'once',
          text: 'A monitor is on ingress and egress, or on a bundle and its members: keep one.',
          command: 'show running-config interface',
        },
      ],
    },
  ],
  sources: [
    'https://cisco.com/c/en/us/td/docs/iosxr/ncs5xx/netflow/74x/b-netflow-cg-74x-ncs540/m-configuring-netflow-ncs5xx.html',
    'http://www.cisco.com/c/en/us/td/docs/routers/asr9000/software/asr9k_r5-1/netflow/configuration/guide/b_netflow_cg51xasr9k/b_netflow_cg51xasr9k_chapter_010.html',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
