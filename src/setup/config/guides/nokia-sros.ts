// Nokia SR OS: cflowd, by the model-driven command line.
import type { GuideLine, RouterGuide } from '../guide.ts'

const mdCli = 'the MD-CLI'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'edit-config exclusive', why: 'Goes to configuration mode, alone.' }
const leave: GuideLine = { text: 'quit-config', why: 'Leaves configuration mode.' }

export const nokiaSrosGuide: RouterGuide = {
  id: 'nokia-sros',
  title: 'Nokia SR OS',
  names: ['Nokia', 'SR OS', '7750 SR', '7450 ESS', '7950 XRS', '7210 SAS', 'Alcatel-Lucent', 'cflowd'],
  variants: [
    {
      id: 'md-cli',
      title: 'Nokia SR OS, cflowd',
      protocols: ['ipfix', 'netflow9'],
      samples: ['ipfix', 'netflow9'],
      rates: { least: 1, most: 10_000 },
      collectors: ['ipv4', 'ipv6'],
      interfaces: ['to-internet'],
      parts: [
        {
          title: 'cflowd',
          kind: 'commands',
          where: mdCli,
          lines: [
            enter,
            { text: '/configure cflowd admin-state enable', why: 'Switches it on.' },
            {
              text: '/configure cflowd active-flow-timeout {active}',
              why: 'Seconds: long flows are told of this often; the default is 30 minutes.',
            },
            { text: '/configure cflowd inactive-flow-timeout {inactive}', why: 'Seconds: a flow that is silent for so long is over.' },
            { text: '/configure cflowd template-retransmit 60', why: 'Templates every minute: nothing can be read before the first.' },
            { text: '/configure cflowd sample-profile 1 sample-rate {sampling}', why: '1 packet in {sampling}.' },
            { text: '/configure cflowd collector {collector} port {port} admin-state enable', why: 'The machine that runs Drawbridge.' },
            {
              text: '/configure cflowd collector {collector} port {port} router-instance "Base"',
              why: 'Through the data ports. Behind the management port it is "management".',
            },
            { text: '/configure cflowd collector {collector} port {port} version {version}', why: '10 is IPFIX, 9 is NetFlow v9.' },
          ],
        },
        {
          title: 'Interfaces',
          kind: 'commands',
          where: configuration,
          lines: [
            {
              text: '/configure router "Base" interface "{interface}" cflowd-parameters sampling unicast type interface',
              why: 'Each IP interface that is watched, by its name. One of a service: `/configure service ies "NAME" interface …`.',
              each: 'interface',
            },
            {
              text: '/configure router "Base" interface "{interface}" cflowd-parameters sampling unicast direction ingress-only',
              why: 'What comes in. With both, each packet would count twice.',
              each: 'interface',
            },
            {
              text: '/configure router "Base" interface "{interface}" cflowd-parameters sampling unicast sample-profile 1',
              why: 'The rate above.',
              each: 'interface',
            },
            { text: 'commit', why: 'Now it is in force.' },
            leave,
            { text: 'admin save', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      verify: [
        { text: 'show cflowd status', why: 'Whether it runs, its timeouts, and flows and packets sent.' },
        { text: 'show cflowd collector detail', why: 'Records sent to this collector must grow.' },
        { text: 'show cflowd interface', why: 'Which interfaces are watched.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: mdCli,
          lines: [
            enter,
            { text: '/configure', why: 'Goes to where things are deleted.' },
            {
              text: 'delete router "Base" interface "{interface}" cflowd-parameters',
              why: 'Takes it off the interfaces.',
              each: 'interface',
            },
            { text: 'delete cflowd collector {collector} port {port}', why: 'Nothing is sent there any more; other collectors stay.' },
            { text: 'commit', why: 'Now it is gone.' },
            { text: 'exit all', why: 'Back to where it began.' },
            leave,
            { text: 'admin save', why: 'Keeps it over a restart.' },
          ],
        },
      ],
      notes: [
        {
          text: 'For the model-driven command line. The classic one has the same words below `configure cflowd`, with `no shutdown` for `admin-state enable`.',
        },
        {
          text: 'Interface numbers are those of the virtual router. For the numbers that SNMP has: `/configure cflowd use-vrtr-if-index true`.',
        },
        { text: 'Older releases have one `sample-rate` for all in place of sample-profile. sFlow of SR OS sends counters only.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The collector is looked for in the wrong router instance, or no interface samples.',
          command: 'show cflowd collector detail',
        },
        {
          step: 'registered',
          text: 'It sends from the system address, unless `system security source-address` sets another for cflowd.',
          command: 'show cflowd collector detail',
        },
        { step: 'templates', text: 'template-retransmit is 600 s unless it is set to 60.', command: 'show cflowd status' },
        {
          step: 'sampling',
          text: 'Where the rate is not told, set {sampling} on the router in Drawbridge.',
          command: 'show cflowd status',
          when: { sampled: true },
        },
        { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'show system ntp' },
        {
          step: 'once',
          text: 'The direction of an interface is `both`: a packet is sampled on its way in and on its way out.',
          command: 'show cflowd interface',
        },
      ],
    },
  ],
  sources: [
    'https://infocenter.nokia.com/public/7750SR222R1A/topic/com.sr.mdcli/html/cflowd-cflowd_0.html',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
