// Juniper EX and QFX switches: sFlow.
import type { GuideLine, RouterGuide } from '../guide.ts'

const operational = 'operational mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }

export const juniperExGuide: RouterGuide = {
  id: 'juniper-ex',
  title: 'Juniper EX and QFX',
  names: ['Juniper', 'Junos', 'EX', 'QFX', 'sFlow'],
  variants: [
    {
      id: 'sflow',
      title: 'Juniper EX and QFX, sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      rates: { least: 100, most: 16_777_215 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['ge-0/0/0'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: operational,
          lines: [
            enter,
            { text: 'set protocols sflow collector {collector} udp-port {port}', why: 'The machine that runs Drawbridge.' },
            { text: 'set protocols sflow agent-id {router}', why: 'The address that the samples name as theirs.', when: { router: true } },
            {
              text: 'set protocols sflow source-ip {router}',
              why: 'The address that it sends from: the same, so that one has to be registered.',
              when: { router: true },
            },
            {
              text: 'set protocols sflow sample-rate ingress {sampling}',
              why: '1 packet in {sampling} of what comes in. With egress as well, each packet would count twice.',
            },
            { text: 'set protocols sflow polling-interval 20', why: 'Counters of interfaces, every 20 s.' },
            { text: 'set protocols sflow interfaces {interface}', why: 'Each interface that is watched.', each: 'interface' },
            { text: 'commit and-quit', why: 'Now it is in force.' },
          ],
        },
      ],
      verify: [
        { text: 'show sflow', why: 'Whether it runs, with its rates.' },
        { text: 'show sflow collector', why: 'Samples sent must grow.' },
        { text: 'show sflow interface', why: 'Which interfaces are watched.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: operational,
          lines: [
            enter,
            {
              text: 'delete protocols sflow',
              why: 'All of sFlow. With other collectors, delete only `protocols sflow collector {collector}`.',
            },
            { text: 'commit and-quit', why: 'Now it is gone.' },
          ],
        },
      ],
      notes: [
        { text: 'Some models name the interface with its unit (et-0/0/13.0), others without: use the form that commits.' },
        { text: 'Without agent-id and source-ip the switch chooses addresses, and others after a restart: set both.' },
        {
          text: 'With much traffic the switch samples less often by itself (adaptive sampling) and tells the rate that it uses; Drawbridge follows.',
        },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'Some models send sFlow by data ports only: the collector must not be behind the management port.',
          command: 'show sflow collector',
        },
        { step: 'address', text: 'agent-id and source-ip differ, or neither is set.', command: 'show configuration protocols sflow' },
        {
          step: 'sampling',
          text: 'Without `sample-rate ingress` no packet is sampled, and only counters are sent.',
          command: 'show sflow',
        },
        {
          step: 'once',
          text: '`sample-rate egress` is set as well, or both ends of one link are watched.',
          command: 'show sflow interface',
        },
        { step: 'clock', text: 'The switch has no NTP server, or does not reach it.', command: 'show ntp associations' },
      ],
    },
  ],
  sources: [
    'https://www.juniper.net/documentation/software/topics/reference/configuration-statement/sflow-edit-protocols-ex-series.html',
    'https://juniper.net/documentation/en_US/junos12.2/topics/reference/configuration-statement/sample-rate-edit-protocols-sflow-ex-series.html',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
