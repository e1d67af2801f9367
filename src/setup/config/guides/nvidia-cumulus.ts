// NVIDIA Cumulus Linux: sFlow by the NVUE commands.
import type { RouterGuide } from '../guide.ts'

const shell = 'a shell of the switch, as a user who may configure it'

export const nvidiaCumulusGuide: RouterGuide = {
  id: 'nvidia-cumulus',
  title: 'NVIDIA Cumulus Linux',
  names: ['NVIDIA', 'Cumulus', 'Mellanox', 'Spectrum', 'NVUE', 'sFlow'],
  variants: [
    {
      id: 'nvue',
      title: 'NVIDIA Cumulus Linux 5.11 and later',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['swp1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: shell,
          lines: [
            { text: 'nv set system sflow collector {collector} port {port}', why: 'The machine that runs Drawbridge.' },
            {
              text: 'nv set system sflow agent ip {router}/32',
              why: 'The address that the samples name as theirs.',
              when: { router: true, family: 4 },
            },
            {
              text: 'nv set system sflow agent ip {router}/128',
              why: 'The address that the samples name as theirs.',
              when: { router: true, family: 6 },
            },
            {
              text: 'nv set system sflow agent interface lo',
              why: 'The address that the samples name as theirs is that of this interface: register it.',
              when: { router: false },
            },
            { text: 'nv set system sflow poll-interval 20', why: 'Counters of interfaces, every 20 s.' },
            { text: 'nv set system sflow state enabled', why: 'Switches it on.' },
            { text: 'nv set interface {interface} sflow state enabled', why: 'Each interface that is watched.', each: 'interface' },
            {
              text: 'nv set interface {interface} sflow sample-rate {sampling}',
              why: '1 packet in {sampling}. By default it follows the speed of the port, 1 in 10000 at 10 Gbit/s.',
              each: 'interface',
            },
            { text: 'nv config apply', why: 'Now it is in force.' },
            { text: 'nv config save', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      verify: [
        { text: 'nv show system sflow', why: 'What is in force.' },
        { text: 'nv show interface {interface} sflow', why: 'Whether the interface is watched, and its rate.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: shell,
          lines: [
            { text: 'nv unset interface {interface} sflow', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: 'nv set system sflow state disabled', why: 'Unless another collector still needs it.' },
            { text: 'nv unset system sflow collector {collector}', why: 'Nothing is sent there any more.' },
            { text: 'nv config apply', why: 'Now it is gone.' },
            { text: 'nv config save' },
          ],
        },
      ],
      notes: [
        { text: 'Releases before 5.11 have no such commands: there it is /etc/hsflowd.conf, as in the guide hsflowd.' },
        {
          text: 'A collector behind the management port: add `interface eth0` to the line of the collector, or run the service in the management VRF.',
        },
        { text: 'It samples what comes in; there are no egress samples.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The collector is reached in another VRF than the service runs in.',
          command: 'nv show system sflow collector',
        },
        { step: 'address', text: 'The agent address is not the sender: register both.', command: 'nv show system sflow agent' },
        { step: 'sampling', text: 'The interface still has the rate of its speed.', command: 'nv show interface {interface} sflow' },
        { step: 'once', text: 'Both ends of one link are watched.', command: 'nv show system sflow' },
        { step: 'clock', text: 'The switch has no NTP server, or does not reach it.', command: 'timedatectl' },
      ],
    },
  ],
  sources: [
    'https://github.com/CumulusNetworks/docs (Monitoring System Statistics and Network Traffic with sFlow; sFlow commands of NVUE)',
  ],
}
