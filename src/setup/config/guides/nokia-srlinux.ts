// Nokia SR Linux: sFlow.
import type { GuideLine, RouterGuide } from '../guide.ts'

const running = 'the CLI, in running mode'
const enter: GuideLine = { text: 'enter candidate', why: 'Goes to candidate mode.' }

export const nokiaSrlinuxGuide: RouterGuide = {
  id: 'nokia-srlinux',
  title: 'Nokia SR Linux',
  names: ['Nokia', 'SR Linux', 'SRL', '7220 IXR', '7250 IXR', 'sFlow'],
  variants: [
    {
      id: 'sflow',
      title: 'Nokia SR Linux, sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      rates: { least: 1, most: 2_000_000 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['ethernet-1/1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: running,
          lines: [
            enter,
            { text: 'set / system sflow admin-state enable', why: 'Switches it on.' },
            { text: 'set / system sflow sample-rate {sampling}', why: '1 packet in {sampling} of what comes in.' },
            { text: 'set / system sflow collector 1 collector-address {collector}', why: 'The machine that runs Drawbridge.' },
            { text: 'set / system sflow collector 1 port {port}' },
            {
              text: 'set / system sflow collector 1 network-instance default',
              why: 'Through the data ports. Behind the management port it is `mgmt`.',
            },
            {
              text: 'set / system sflow collector 1 source-address {router}',
              why: 'The address that it sends from: register it.',
              when: { router: true },
            },
            {
              text: 'set / system sflow collector 1 source-address ADDRESS-OF-THIS-ROUTER',
              why: 'The address that it sends from: put it here, and register it.',
              when: { router: false },
            },
            { text: 'set / interface {interface} sflow admin-state enable', why: 'Each interface that is watched.', each: 'interface' },
            { text: 'commit now', why: 'Now it is in force.' },
            { text: 'save startup', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      verify: [
        { text: 'info from state / system sflow', why: 'What is in force, with samples and datagrams sent.' },
        { text: 'info from state / interface {interface} sflow', why: 'Whether the interface is watched.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: running,
          lines: [
            enter,
            { text: 'delete / interface {interface} sflow', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: 'delete / system sflow collector 1', why: 'Nothing is sent there any more.' },
            { text: 'set / system sflow admin-state disable', why: 'Unless another collector still needs it.' },
            { text: 'commit now', why: 'Now it is gone.' },
            { text: 'save startup', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      notes: [
        { text: 'Collector 1 of 8 is set here: take another number where 1 is in use.' },
        { text: 'Only the 7250 IXR sends to an IPv6 collector.', when: { family: 6 } },
        { text: 'The 7220 IXR-D1 has no sFlow.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The network instance is wrong, or the source address is not one of this router in it.',
          command: 'info from state / system sflow',
        },
        { step: 'address', text: 'The agent address is not the sender: register both.', command: 'info from state / system sflow' },
        { step: 'once', text: 'Egress samples are switched on as well, on models that have them.', command: 'info / interface * sflow' },
        { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'info from state / system ntp' },
      ],
    },
  ],
  sources: [
    'https://documentation.nokia.com/srlinux/24-10/books/oam/sflow.html',
    'https://infocenter.nokia.com/public/SRLINUX213R1A/topic/com.srlinux.toolkit/html/toolkit-sflow.html',
  ],
}
