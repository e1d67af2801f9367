// Cisco NX-OS: Nexus 9000 and 3000 by sFlow, Nexus 9000 by NetFlow.
import type { GuideLine, GuidePart, GuideTrouble, RouterGuide } from '../guide.ts'

const exec = 'EXEC mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure terminal', why: 'Goes to configuration mode.' }
const save: GuidePart = {
  title: 'Save',
  kind: 'commands',
  where: configuration,
  lines: [
    { text: 'end', why: 'Leaves configuration mode.' },
    { text: 'copy running-config startup-config', why: 'Keeps it over a restart.' },
  ],
}
const clock: GuideTrouble = { step: 'clock', text: 'The switch has no NTP server, or does not reach it.', command: 'show ntp peer-status' }

function record(family: 'ipv4' | 'ipv6'): GuidePart {
  return {
    title: family === 'ipv4' ? 'Flow record for IPv4' : 'Flow record for IPv6',
    kind: 'commands',
    where: configuration,
    lines: [
      {
        text: `flow record DRAWBRIDGE-${family.toUpperCase()}`,
        why: 'What is told of each flow. The input interface is told without a line.',
      },
      { text: '  match ip protocol', why: 'match: packets that agree in all of these are one flow.' },
      { text: `  match ${family} source address`, why: 'From whom.' },
      { text: `  match ${family} destination address`, why: 'To whom.' },
      { text: '  match transport source-port', why: 'Ports tell services and attacks apart.' },
      { text: '  match transport destination-port' },
      { text: '  collect transport tcp flags', why: 'collect: told besides. Flags tell a SYN flood from a busy server.' },
      { text: '  collect counter bytes long', why: 'long: 64 bits, which do not wrap.' },
      { text: '  collect counter packets long' },
      { text: '  collect timestamp sys-uptime first', why: 'When the flow began and ended.' },
      { text: '  collect timestamp sys-uptime last' },
      { text: '  exit', why: 'Leaves the record.' },
    ],
  }
}

export const ciscoNexusGuide: RouterGuide = {
  id: 'cisco-nexus',
  title: 'Cisco Nexus (NX-OS)',
  names: ['Cisco', 'Nexus', 'NX-OS', 'Nexus 9000', 'Nexus 3000'],
  variants: [
    {
      id: 'sflow',
      title: 'Cisco Nexus 9000 and 3000, sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      rates: { least: 4096, most: 16_777_215 },
      collectors: ['ipv4'],
      interfaces: ['ethernet1/1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'feature sflow', why: 'Switches it on.' },
            { text: 'sflow agent-ip {router}', why: 'The address that the samples name as theirs: register it.', when: { router: true } },
            {
              text: 'sflow agent-ip ADDRESS-OF-THIS-SWITCH',
              why: 'The address that the samples name as theirs: put it here, and register it.',
              when: { router: false },
            },
            {
              text: 'sflow collector-ip {collector} vrf default',
              why: 'The machine that runs Drawbridge. Behind mgmt0 it is `vrf management`.',
            },
            { text: 'sflow collector-port {port}' },
            { text: 'sflow sampling-rate {sampling}', why: '1 packet in {sampling}. 4096 is the most often.' },
            { text: 'sflow max-sampled-size 128', why: 'Bytes of each packet: enough for all headers.' },
            { text: 'sflow counter-poll-interval 20', why: 'Counters of interfaces, every 20 s.' },
            { text: 'sflow data-source interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'show sflow', why: 'What is set.' },
        { text: 'show sflow statistics', why: 'Samples and datagrams must grow.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [enter, { text: 'no feature sflow', why: 'Takes all of sFlow off, and forgets its settings.' }],
        },
        save,
      ],
      notes: [
        { text: 'A Nexus has one sFlow collector: a line for another one replaces the first.' },
        { text: 'It samples what comes in and what goes out: watch the outer interfaces only, else transit counts twice.' },
        { text: 'sFlow and SPAN sessions exclude each other on many models; VLAN interfaces and subinterfaces cannot be watched.' },
        { text: 'Some first 9300 models want ACL TCAM regions for sFlow and SPAN before uplink ports can be watched.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The collector is looked for in the wrong VRF: default for data ports, management for mgmt0.',
          command: 'show sflow',
        },
        {
          step: 'address',
          text: 'The agent address is not the one that datagrams come from. Register both, or set `sflow agent-ip` to the sender.',
          command: 'show sflow',
        },
        { step: 'once', text: 'An inner and an outer interface are watched, and both directions are sampled.', command: 'show sflow' },
        clock,
      ],
    },
    {
      id: 'netflow',
      title: 'Cisco Nexus 9000, NetFlow',
      protocols: ['netflow9'],
      samples: [],
      // One timeout for all, 10 s by default; flows are told of at least that often.
      timeouts: { active: 10, inactive: 10 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['Ethernet1/1'],
      parts: [
        {
          title: 'Feature and exporter',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'feature netflow', why: 'Switches it on.' },
            { text: 'flow timeout {active}', why: 'Flows are told of this often.' },
            { text: 'flow exporter DRAWBRIDGE', why: 'Where flows are sent to.' },
            { text: '  destination {collector}', why: 'The machine that runs Drawbridge. Behind mgmt0 add `use-vrf management`.' },
            {
              text: '  source {interface}',
              why: 'Its address is the sender; without a source nothing is sent. A loopback is better: put its name here.',
            },
            { text: '  transport udp {port}' },
            { text: '  version 9', why: 'NetFlow v9.' },
            { text: '    template data timeout 60', why: 'Templates every minute: nothing can be read before the first.' },
            { text: '    exit', why: 'Leaves the version.' },
            { text: '  exit', why: 'Leaves the exporter.' },
          ],
        },
        record('ipv4'),
        record('ipv6'),
        {
          title: 'Monitors and interfaces',
          kind: 'commands',
          where: configuration,
          lines: [
            { text: 'flow monitor DRAWBRIDGE-IPV4', why: 'Ties record and exporter together.' },
            { text: '  record DRAWBRIDGE-IPV4' },
            { text: '  exporter DRAWBRIDGE', why: 'To this collector.' },
            { text: '  exit' },
            { text: 'flow monitor DRAWBRIDGE-IPV6', why: 'IPv6 likewise.' },
            { text: '  record DRAWBRIDGE-IPV6' },
            { text: '  exporter DRAWBRIDGE', why: 'To the same collector.' },
            { text: '  exit' },
            { text: 'interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            { text: '  ip flow monitor DRAWBRIDGE-IPV4 input', why: 'What comes in.', each: 'interface' },
            { text: '  ipv6 flow monitor DRAWBRIDGE-IPV6 input', why: 'IPv6 likewise.', each: 'interface' },
            { text: '  exit', each: 'interface' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'show flow exporter', why: 'Packets sent must grow.' },
        { text: 'show flow interface', why: 'Which interfaces have a monitor.' },
        { text: 'show flow cache', why: 'The flows that it sees now.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [enter, { text: 'no feature netflow', why: 'Takes all of NetFlow off, and forgets its settings.' }],
        },
        save,
      ],
      notes: [
        { text: 'Not every Nexus 9000 has NetFlow: where `feature netflow` is refused, use sFlow.' },
        { text: 'Where a monitor is refused for want of TCAM, the region ing-netflow is too small; enlarging it needs a reload.' },
        { text: 'Egress NetFlow exists from 10.4(1)F on; input on all interfaces sees everything once already.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'Without `source` the exporter stays disabled; the collector may be in another VRF.',
          command: 'show flow exporter',
        },
        {
          step: 'templates',
          text: 'The line `template data timeout 60` is missing below `version 9`.',
          command: 'show running-config netflow',
        },
        { step: 'fields', text: 'The record lacks a line: compare it with the one above.', command: 'show flow record' },
        clock,
      ],
    },
  ],
  sources: [
    'https://cisco.com/c/en/us/td/docs/switches/datacenter/nexus9000/sw/105x/config-guides/cisco-nexus-9000-series-nx-os-system-management-configuration-guide-release-105x/m-configuring-sflow-10x.html',
    'https://cisco.com/c/en/us/td/docs/switches/datacenter/nexus9000/sw/105x/config-guides/cisco-nexus-9000-series-nx-os-system-management-configuration-guide-release-105x/m-configuring-netflow-104x.html',
  ],
}
