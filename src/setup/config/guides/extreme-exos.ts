// Extreme Networks Switch Engine (ExtremeXOS): sFlow.
import type { RouterGuide } from '../guide.ts'

const cli = 'the CLI, whose prompt ends with #'

export const extremeExosGuide: RouterGuide = {
  id: 'extreme-exos',
  title: 'Extreme Switch Engine (EXOS)',
  names: ['Extreme', 'ExtremeXOS', 'EXOS', 'Switch Engine', 'Summit', 'sFlow'],
  variants: [
    {
      id: 'sflow',
      title: 'Extreme Switch Engine (EXOS), sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      rates: { least: 256, most: 16_777_215 },
      collectors: ['ipv4'],
      interfaces: ['1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: cli,
          lines: [
            {
              text: 'configure sflow collector {collector} port {port} vr "VR-Default"',
              why: 'The machine that runs Drawbridge. Behind the management port it is "VR-Mgmt".',
            },
            {
              text: 'configure sflow agent ipaddress {router}',
              why: 'The address that the samples name as theirs.',
              when: { router: true },
            },
            {
              text: 'configure sflow agent ipaddress ADDRESS-OF-THIS-SWITCH',
              why: 'The address that the samples name as theirs: put it here, and register it.',
              when: { router: false },
            },
            { text: 'configure sflow sample-rate {sampling}', why: '1 packet in {sampling}.' },
            { text: 'configure sflow poll-interval 20', why: 'Counters of ports, every 20 s.' },
            {
              text: 'enable sflow ports {interface} ingress',
              why: 'Each port that is watched: what comes in. With both, each packet would count twice.',
              each: 'interface',
            },
            { text: 'enable sflow', why: 'Switches it on.' },
            { text: 'save configuration', why: 'Keeps it over a restart. It asks: y.' },
          ],
        },
      ],
      verify: [
        { text: 'show sflow', why: 'Whether it runs, with its agent address, collectors and ports.' },
        { text: 'show sflow statistics', why: 'Samples must grow.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: cli,
          lines: [
            { text: 'disable sflow ports {interface}', why: 'Takes it off the ports.', each: 'interface' },
            { text: 'unconfigure sflow collector {collector} port {port} vr "VR-Default"', why: 'Nothing is sent there any more.' },
            { text: 'disable sflow', why: 'Unless another collector still needs it.' },
            { text: 'save configuration', why: 'Keeps it so. It asks: y.' },
          ],
        },
      ],
      notes: [
        { text: 'The word `ingress` needs EXOS 15.4; before it, ports are sampled as they come in.' },
        { text: 'On a stack ports are written slot:port, as 1:39.' },
        {
          text: 'With much traffic the switch samples less often by itself, so that its processor is spared (max-cpu-sample-limit), and tells the rate that it uses.',
        },
      ],
      troubles: [
        { step: 'datagrams', text: 'The collector is looked for in the wrong virtual router.', command: 'show sflow' },
        { step: 'address', text: 'The agent address is not the sender: register both.', command: 'show sflow' },
        { step: 'once', text: 'Ports are enabled with `both`, or both ends of one link are watched.', command: 'show sflow' },
        { step: 'clock', text: 'The switch has no NTP or SNTP server, or does not reach it.', command: 'show sntp-client' },
      ],
    },
  ],
  sources: ['ExtremeXOS Command Reference Guide 15.4', 'https://github.com/pavel-odintsov/fastnetmon (sFlow on Extreme XOS)'],
}
