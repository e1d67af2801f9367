// Arista EOS: sFlow, and IPFIX by sampled flow tracking.
import type { GuideLine, GuidePart, GuideTrouble, RouterGuide } from '../guide.ts'

const exec = 'privileged EXEC mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }
const save: GuidePart = {
  title: 'Save',
  kind: 'commands',
  where: configuration,
  lines: [
    { text: 'end', why: 'Leaves configuration mode.' },
    { text: 'write memory', why: 'Keeps it over a restart.' },
  ],
}
const clock: GuideTrouble = { step: 'clock', text: 'The switch has no NTP server, or does not reach it.', command: 'show ntp status' }

export const aristaGuide: RouterGuide = {
  id: 'arista',
  title: 'Arista EOS',
  names: ['Arista', 'EOS', 'DCS', '7050', '7280', '7500', 'sFlow'],
  variants: [
    {
      id: 'sflow',
      title: 'Arista EOS, sFlow',
      protocols: ['sflow5'],
      samples: ['sflow5'],
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['Ethernet1'],
      parts: [
        {
          title: 'sFlow',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            {
              text: 'sflow sample dangerous {sampling}',
              why: '1 packet in {sampling}. EOS calls rates below 16384 dangerous for its processor: watch it with many fast ports.',
            },
            { text: 'sflow polling-interval 20', why: 'Counters of interfaces, every 20 s.' },
            {
              text: 'sflow destination {collector} {port}',
              why: 'The machine that runs Drawbridge. In a VRF: `sflow vrf NAME destination …`.',
            },
            { text: 'sflow source {router}', why: 'The address that it sends from, and names as agent.', when: { router: true } },
            {
              text: 'sflow source-interface {interface}',
              why: 'Its address is the sender and the agent. A loopback is better: put its name here.',
              when: { router: false },
            },
            { text: 'sflow run', why: 'Switches it on, for all interfaces.' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'show sflow', why: 'Whether it runs, its sender, and the samples that were sent.' },
        { text: 'show sflow interfaces', why: 'Which interfaces are watched.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'no sflow run', why: 'Switches it off.' },
            { text: 'no sflow destination {collector} {port}', why: 'Forgets this collector.' },
            { text: 'no sflow sample', why: 'The rate, back to its default.' },
          ],
        },
        save,
      ],
      notes: [
        { text: 'It samples what comes in on every interface. To leave one out: `no sflow enable` on that interface.' },
        { text: 'Without a rate EOS samples 1 packet in 1048576, which shows nothing of an attack.' },
        { text: 'Egress samples (`sflow interface egress enable default`) would count each packet twice.' },
      ],
      troubles: [
        { step: 'datagrams', text: 'The source has no address, or the collector is in another VRF.', command: 'show sflow' },
        { step: 'address', text: 'The agent address is that of another interface: set `sflow source`.', command: 'show sflow' },
        { step: 'sampling', text: 'The rate is still the default of 1 in 1048576.', command: 'show sflow' },
        { step: 'once', text: 'Egress samples are switched on as well.', command: 'show running-config | include sflow' },
        clock,
      ],
    },
    {
      id: 'ipfix',
      title: 'Arista EOS, IPFIX',
      protocols: ['ipfix'],
      samples: ['ipfix'],
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['Ethernet1'],
      parts: [
        {
          title: 'Tracker',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'flow tracking sampled', why: 'Flows made of samples.' },
            { text: '   sample {sampling}', why: '1 packet in {sampling}.' },
            { text: '   tracker DRAWBRIDGE', why: 'What is told of flows, and how soon.' },
            {
              text: '      record export on inactive timeout {inactive_ms}',
              why: 'Milliseconds: a flow that is silent for so long is over.',
            },
            {
              text: '      record export on interval {active_ms}',
              why: 'Milliseconds: long flows are told of this often; the default is 5 minutes.',
            },
            { text: '      exporter DRAWBRIDGE', why: 'Where flows are sent to.' },
            { text: '         collector {collector} port {port}', why: 'The machine that runs Drawbridge.' },
            { text: '         local interface {interface}', why: 'Its address is the sender. A loopback is better: put its name here.' },
            {
              text: '         template interval 60000',
              why: 'Milliseconds: templates every minute; nothing can be read before the first.',
            },
            { text: '         exit' },
            { text: '      exit', why: 'Leaves the tracker.' },
            { text: '   no shutdown', why: 'Switches it on.' },
            { text: '   exit' },
          ],
        },
        {
          title: 'Interfaces',
          kind: 'commands',
          where: configuration,
          lines: [
            { text: 'interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            { text: '   flow tracker sampled DRAWBRIDGE', why: 'What comes in.', each: 'interface' },
            { text: '   exit', each: 'interface' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'show flow tracking sampled', why: 'Whether it runs, on which interfaces, and to which collector.' },
        { text: 'show flow tracking sampled counters', why: 'Records exported must grow.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: '   no flow tracker sampled DRAWBRIDGE', each: 'interface' },
            { text: '   exit', why: 'Back in configuration mode.', each: 'interface' },
            { text: 'flow tracking sampled', why: 'Where the tracker is.' },
            { text: '   no tracker DRAWBRIDGE' },
            { text: '   exit', why: 'Back in configuration mode.' },
          ],
        },
        save,
      ],
      notes: [
        { text: 'Needs a release and a platform with sampled flow tracking; where it is refused, use sFlow.' },
        { text: 'Some platforms want another sample rate, or a TCAM profile with the feature: EOS says so when it is entered.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'Flow tracking is still shut down, or the local interface has no address or is in another VRF.',
          command: 'show flow tracking sampled',
        },
        {
          step: 'sampling',
          text: 'Where the rate is not told, set {sampling} on the router in Drawbridge.',
          command: 'show flow tracking sampled',
          when: { sampled: true },
        },
        {
          step: 'once',
          text: 'A tracker is on both ends of one path, or sFlow is exported as well.',
          command: 'show running-config | include flow',
        },
        clock,
      ],
    },
  ],
  sources: [
    'https://arista.com/en/um-eos/eos-sflow',
    'https://plixer.com/university/library/exporter-configurations/arista-networks',
    'https://github.com/aristanetworks/avd (flow tracking and sFlow as its templates write them)',
  ],
}
