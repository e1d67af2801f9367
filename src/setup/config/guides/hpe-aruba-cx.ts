// HPE Aruba switches with AOS-CX: sFlow.
import type { GuideLine, RouterGuide } from '../guide.ts'

const exec = 'the manager context, whose prompt ends with #'
const enter: GuideLine = { text: 'configure terminal', why: 'Goes to configuration mode.' }
const leave: GuideLine = { text: 'end', why: 'Leaves configuration mode.' }

export const hpeArubaCxGuide: RouterGuide = {
  id: 'hpe-aruba-cx',
  title: 'HPE Aruba CX',
  names: ['HPE', 'Aruba', 'AOS-CX', 'CX 6300', 'CX 8325', 'CX 8360', 'CX 10000', 'sFlow'],
  variants: [
    {
      id: 'sflow',
      title: 'HPE Aruba CX, sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      // Below it asks whether that is meant, which would swallow the next line that is pasted.
      rates: { least: 4096, most: 16_777_215 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['1/1/1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            {
              text: 'sflow collector {collector} port {port}',
              why: 'The machine that runs Drawbridge. Behind the management port add `vrf mgmt`.',
            },
            {
              text: 'sflow agent-ip {router}',
              why: 'The address that the samples name as theirs; without it nothing is sent.',
              when: { router: true },
            },
            {
              text: 'sflow agent-ip ADDRESS-OF-THIS-SWITCH',
              why: 'The address that the samples name as theirs: put it here, and register it. Without it nothing is sent.',
              when: { router: false },
            },
            { text: 'sflow sampling {sampling}', why: '1 packet in {sampling}.' },
            { text: 'sflow polling 20', why: 'Counters of interfaces, every 20 s.' },
            { text: 'interface {interface}', why: 'Each interface that is watched; a LAG, not its members.', each: 'interface' },
            { text: '    sflow', each: 'interface' },
            { text: '    exit', why: 'Back in configuration mode.', each: 'interface' },
            leave,
            { text: 'write memory', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      verify: [
        { text: 'show sflow', why: 'Whether it runs; the number of samples must grow.' },
        { text: 'show sflow interface {interface}', why: 'Whether the interface is watched.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: '    no sflow', each: 'interface' },
            { text: '    exit', why: 'Back in configuration mode.', each: 'interface' },
            { text: 'no sflow collector {collector} port {port}', why: 'Nothing is sent there any more.' },
            leave,
            { text: 'write memory', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      notes: [
        { text: 'The one word `sflow` in configuration mode watches all interfaces at once.' },
        { text: 'Rates below 4096 ask for a confirmation, and load the switch: type them by hand where they are needed.' },
      ],
      troubles: [
        { step: 'datagrams', text: 'The agent address is missing, or the collector is in another VRF.', command: 'show sflow' },
        { step: 'address', text: 'The agent address is not the sender: register both.', command: 'show sflow' },
        { step: 'once', text: 'Both ends of one link are watched.', command: 'show sflow' },
        { step: 'clock', text: 'The switch has no NTP server, or does not reach it.', command: 'show ntp status' },
      ],
    },
  ],
  sources: ['AOS-CX 10.06 IP Services Guide, chapter sFlow', 'AOS-CX 10.11 IP Services Guide, chapter sFlow'],
}
