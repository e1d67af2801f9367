// Ubiquiti EdgeRouter (EdgeOS): flow accounting by NetFlow.
import type { GuideLine, RouterGuide } from '../guide.ts'

const operational = 'operational mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }
const leave: GuideLine = { text: 'exit', why: 'Leaves configuration mode.' }

export const ubiquitiEdgeosGuide: RouterGuide = {
  id: 'ubiquiti-edgeos',
  title: 'Ubiquiti EdgeRouter',
  names: ['Ubiquiti', 'EdgeRouter', 'EdgeOS', 'USG', 'UniFi Security Gateway'],
  variants: [
    {
      id: 'edgeos',
      title: 'Ubiquiti EdgeRouter, NetFlow',
      protocols: ['netflow9', 'netflow5'],
      samples: ['netflow9', 'netflow5'],
      software: true,
      collectors: ['ipv4'],
      interfaces: ['eth0'],
      parts: [
        {
          title: 'Flow accounting',
          kind: 'commands',
          where: operational,
          lines: [
            enter,
            { text: 'set system flow-accounting interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            {
              text: 'set system flow-accounting ingress-capture post-dnat',
              why: 'What comes in, with the inner addresses of forwarded ports.',
            },
            { text: 'set system flow-accounting disable-memory-table', why: 'No table for `show flow-accounting`: it costs memory.' },
            { text: 'set system flow-accounting netflow version {version}', why: 'The version of NetFlow.' },
            { text: 'set system flow-accounting netflow server {collector} port {port}', why: 'The machine that runs Drawbridge.' },
            { text: 'set system flow-accounting netflow engine-id 0', why: 'Tells engines of one router apart.' },
            {
              text: 'set system flow-accounting netflow sampling-rate {sampling}',
              why: '1 packet in {sampling}.',
              when: { sampled: true },
            },
            {
              text: 'set system flow-accounting netflow timeout expiry-interval {inactive}',
              why: 'Seconds: how often it looks for flows to send.',
            },
            {
              text: 'set system flow-accounting netflow timeout max-active-life {active}',
              why: 'Seconds: long flows are told of this often; the default is a week.',
            },
            {
              text: 'set system flow-accounting netflow timeout flow-generic {inactive}',
              why: 'Seconds: a flow that is silent for so long is over.',
            },
            { text: 'set system flow-accounting netflow timeout icmp {inactive}', why: 'The same for ICMP, TCP and UDP.' },
            { text: 'set system flow-accounting netflow timeout tcp-generic {inactive}' },
            { text: 'set system flow-accounting netflow timeout tcp-fin 10', why: 'Connections that have ended.' },
            { text: 'set system flow-accounting netflow timeout tcp-rst 10' },
            { text: 'set system flow-accounting netflow timeout udp {inactive}', why: 'UDP.' },
            { text: 'commit', why: 'Now it is in force.' },
            { text: 'save', why: 'Keeps it over a restart.' },
            leave,
          ],
        },
      ],
      verify: [
        { text: 'show configuration commands | grep flow-accounting', why: 'What is set.' },
        { text: 'sudo tcpdump -ni any udp and host {collector} and port {port}', why: 'The datagrams as they leave; Ctrl+C ends it.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: operational,
          lines: [
            enter,
            { text: 'delete system flow-accounting', why: 'All of it, with other collectors too.' },
            { text: 'commit', why: 'Now it is gone.' },
            { text: 'save', why: 'Keeps it so.' },
            leave,
          ],
        },
      ],
      notes: [
        {
          text: 'Offloaded packets are not counted, and flow accounting and hardware offload do not go together on every model: look at `show ubnt offload`.',
        },
        { text: 'A UniFi Security Gateway forgets typed commands at the next provisioning: put them into its config.gateway.json.' },
        { text: 'UniFi OS gateways (UDM, UXG) have none of these commands; newer ones export by their web pages.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The route to the collector is missing, or all traffic is offloaded.',
          command: 'sudo tcpdump -ni any udp and host {collector} and port {port}',
        },
        {
          step: 'registered',
          text: 'It sends from the address of the interface towards the collector: register that one.',
          command: 'show interfaces',
        },
        {
          step: 'sampling',
          text: 'Where the rate is not told, set {sampling} on the router in Drawbridge.',
          command: 'show configuration commands | grep sampling-rate',
          when: { sampled: true },
        },
        { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'show ntp' },
        {
          step: 'once',
          text: '`netflow enable-egress` is set as well: a packet is counted on its way in and on its way out.',
          command: 'show configuration commands | grep flow-accounting',
        },
      ],
    },
  ],
  sources: [
    'Ubiquiti UNMS, NetFlow on an EdgeRouter',
    'https://github.com/vyos/vyos-1x (flow accounting, of which EdgeOS has an older one)',
  ],
}
